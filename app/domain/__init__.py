"""Records and rules of the voucher programme: one noun a file.

Knows people, organisations, agencies, experts, panels, the calendar and the measure's articles. Knows no Flask, no
BPMN, no engine: "now" and the session are arguments, a broken rule is an exception of its own class.
"""
