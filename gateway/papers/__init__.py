"""The official papers as PDF and DOCX. Rendered here at the door, in a process of its own: services give only facts."""
