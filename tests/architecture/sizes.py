"""How large classes and functions are, by their text alone: the house's style makes both easy to see."""
import re

MOST_MEMBERS = 15
MOST_LINES = 50

CLASS = re.compile(r"\n *(class|struct) (?:alignas\(\w+\) )?([\w:]+)(?: final)?(?: : [^;{=()]*)? \{")
FUNCTION = re.compile(r"^(?! *(?:if|for|while|switch|namespace|class|struct|enum|union|extern)\b)[^#/]*\).*\{$")


def block(text, start):
    """The text behind an opening brace up to its closing one."""
    depth, at = 1, start
    while depth and at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return text[start:at - 1]


def flattened(body):
    """Members alone: what stands between braces is left out, and the end of a function ends its statement."""
    flat, depth = [], 0
    for at, char in enumerate(body):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if not depth and body[at + 1:at + 2] == "\n":
                flat.append(";")
        elif not depth:
            flat.append(char)
    return "".join(flat)


def is_member(statement):
    """A function or a variable: no type, constant, friend, assertion or macro."""
    statement = re.sub(r"^template <[^<>]*(<[^<>]*>[^<>]*)*> *", "", statement.strip())
    other = r"(using|friend|static_assert|static constexpr|struct|class|enum|union)\b"
    return re.search(r"\w", statement) is not None and not re.match(other, statement)


def crowded_classes(path, text):
    """Classes with more private members than one can keep in mind."""
    plain = re.sub(r"//[^\n]*", "", text)
    for found in CLASS.finditer(plain):
        parts = re.split(r"\b(public|private|protected):", flattened(block(plain, found.end())))
        sections = [("private" if found.group(1) == "class" else "public", parts[0])]
        sections += zip(parts[1::2], parts[2::2])
        members = sum(is_member(s) for kind, section in sections if kind == "private" for s in section.split(";"))
        if members > MOST_MEMBERS:
            yield f"{path}: {found.group(2)} has {members} private members; {MOST_MEMBERS} are enough"


def long_functions(path, text):
    """Functions that are longer than a screen, but for those that are one switch."""
    lines = text.split("\n")
    for first, line in enumerate(lines):
        if not FUNCTION.match(line):
            continue
        indent = len(line) - len(line.lstrip())
        last = next((i for i in range(first + 1, len(lines)) if re.match(rf" {{0,{indent}}}\}}", lines[i])), first)
        cases = sum(bool(re.match(r" *(case|default)\b", body)) for body in lines[first:last])
        if last - first + 1 > MOST_LINES and 3 * cases < last - first:
            yield f"{path}:{first + 1}: a function of {last - first + 1} lines; {MOST_LINES} are enough"
