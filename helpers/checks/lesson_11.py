from helpers.checks import Judge
def later(answer, arena): raise NotImplementedError
JUDGES: dict[str, Judge] = {f"11.{n}": later for n in range(1, 5)}
