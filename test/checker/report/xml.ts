/** A strict reader of the XML that reports are written in: elements, attributes and text (XML 1.0, sections 2 and 3); no comments, CDATA, or document types. */
export interface Element { readonly name: string; readonly attributes: { readonly [name: string]: string }; readonly children: readonly Element[]; readonly text: string }

const entities: { readonly [name: string]: string } = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const resolved = (text: string): string => text.replace(/&(?:#(\d+)|([a-z]+));|&/g, (whole, code: string | undefined, name: string | undefined) => {
  const character = code === undefined ? entities[name ?? ""] : String.fromCodePoint(Number(code));
  if (character === undefined) throw new SyntaxError(`unknown entity ${whole}`);
  return character;
});

/** @throws SyntaxError for anything that is not well-formed, or not of this part of XML. */
export const readXml = (text: string): Element => {
  // Section 2.2: what a document may hold at all.
  const odd = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (odd !== null) throw new SyntaxError(`a character that XML does not have at ${odd.index}`);
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    at += found?.[0].length ?? 0;
    return found;
  };
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at ${at}: ${text.slice(at, at + 40)}`);
  };
  const element = (): Element => {
    const [, name = ""] = take(/<([A-Za-z][\w.-]*)/y) ?? fail("an element is missing");
    const attributes = new Map<string, string>();
    for (let found = take(/\s+([A-Za-z][\w.-]*)="([^"<\n\t\r]*)"/y); found !== null; found = take(/\s+([A-Za-z][\w.-]*)="([^"<\n\t\r]*)"/y)) {
      if (attributes.has(found[1] ?? "")) fail("an attribute is there twice");
      attributes.set(found[1] ?? "", resolved(found[2] ?? ""));
    }
    const base = { name, attributes: Object.fromEntries(attributes) };
    if (take(/\/>/y) !== null) return { ...base, children: [], text: "" };
    if (take(/>/y) === null) fail("a tag does not end");
    const children: Element[] = [];
    let inside = "";
    for (;;) {
      inside += resolved(take(/[^<]*/y)?.[0] ?? "");
      const close = take(/<\/([\w.-]+)>/y);
      if (close === null) children.push(element());
      else if (close[1] === name) return { ...base, children, text: inside };
      else fail("another element ends");
    }
  };
  if (take(/<\?xml version="1\.0" encoding="UTF-8"\?>\n/y) === null) fail("the declaration is missing");
  const root = element();
  take(/\s*/y);
  return at === text.length ? root : fail("something stands behind the root element");
};
