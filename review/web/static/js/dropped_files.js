// What a person dropped or chose, as a flat list that keeps each file's path inside its folder.

/** All entries of one folder; a browser hands them out a hundred at a time until it has none left. */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}

async function walk(entry, files) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    files.push({ file, path: entry.fullPath.replace(/^\/+/, "") });
    return;
  }
  for (const each of await entriesOf(entry)) await walk(each, files);
}

/** The files of a drop: [{file, path}]. Entries must be taken before the first await, or the browser forgets them. */
export async function filesOfDrop(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return filesOfInput({ files: transfer.files });
  const files = [];
  for (const entry of entries) await walk(entry, files);
  return files;
}

/** The files of a file input, also of one for folders: [{file, path}]. */
export function filesOfInput(input) {
  return [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}
