"""Case files read whole: which documents are read together, the runs that read and ask, and every answer with
its quotes. One matter a case file, never two. What an answer means for a column of the grid is the findings' business,
what it means to a person who asked is the asking's."""
