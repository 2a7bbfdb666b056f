"""The question log: a transparency log in the public C2SP formats, in a folder.

    tree.py         RFC 6962 hashes, roots and paths
    notes.py        signed notes, and the checkpoint as one
    tiles.py        where tiles and bundles lie, and what is in them
    entries.py      canonical JSON, and commitments with a salt
    pending.py      the write-ahead file
    disk.py         files that appear whole and outlast a power cut; the lock
    new.py          beginning a log: its key and its origin
    folded.py       the part in tiles, and how entries are added to it
    writer.py       appending, together with others, and folding into tiles
    reader.py       entries by number, with what lies beside them
    search.py       whole questions, picked by who, whom, case, day and kind
    verify.py       the first wrong entry of a folder, and how far it is anchored
    proofs.py       one entry with its path and checkpoint, checked offline
    upkeep.py       erasing a person, retiring old entries, handing the checkpoint to a witness
    recorder.py     from a question that is asked to its entries

docs/question-log.md says what is kept, for how long, and how another program verifies it.
"""
