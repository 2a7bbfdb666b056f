"""The days of the measurements: when the organisation is loaded, which day is asked about, and the later snapshots."""

AS_OF, ASKED = "2026-11-01", "2026-11-02"
LATER, AFTER = "2026-11-16", "2026-11-17"
KEPT = "2026-11-20"
