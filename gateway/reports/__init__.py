"""The half-year report as PDF and DOCX, made at the door from facts that supervision answers."""
