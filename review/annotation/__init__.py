"""What people say beside a finding or a document: comments and flags."""
