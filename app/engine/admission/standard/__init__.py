"""The rules of BPMN 2.0.2 itself, for any model whatever tool drew it: references, flows, events, activities, data.

Beside them stand the rules of the house (`app.engine.admission`), which ask for more: names, lanes, forms, a drawing.
"""

from app.engine.admission.standard.check import check_root, check_standard

__all__ = ["check_root", "check_standard"]
