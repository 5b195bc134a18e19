from app.engine.admission.problems import Problem
def check_standard(path: str, content: bytes) -> list[Problem]:
    return []
