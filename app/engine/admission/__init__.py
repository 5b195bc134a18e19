"""Decides whether uploaded files may become a deployment; knows XML, BPMN, FEEL, DMN and forms, and no engine.

An allow-list: what would be silently wrong is refused, with file, element, reason and how to mend it.
"""

from app.engine.admission.check import check_files
from app.engine.admission.child import check_files_in_child
from app.engine.admission.known import KnownNames, Operation
from app.engine.admission.problems import Problem

__all__ = ["KnownNames", "Operation", "Problem", "check_files", "check_files_in_child"]
