def main(argv: list[str]) -> int:
    raise NotImplementedError
