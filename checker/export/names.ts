/** Identifiers of a target language: the names of the specification, changed only where the target would refuse them or mistake one for another. */

export interface Names {
  /** An identifier that nothing else at the top of the text has; the hint itself where it is free. */
  readonly global: (hint: string) => string;
  /** The field of a record: fields have names of their own, and only the target's words are not among them. */
  readonly field: (hint: string) => string;
  /** Whether nothing has the name yet and the target has no other use for it. */
  readonly isFree: (hint: string) => boolean;
  /** An identifier for a parameter or bound variable: free at the top of the text, and not among `taken`. */
  readonly local: (hint: string, taken: ReadonlySet<string>) => string;
}

const identifier = (hint: string): string => hint.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "").replace(/^(?=\d)/, "n");

/** `reserved` are the target's words, compared without case where `caseless`; `internal` are parameters of what every export defines, so that nothing global has their names. */
export const createNames = (reserved: readonly string[], caseless: boolean, internal: readonly string[] = []): Names => {
  const fold = (name: string): string => (caseless ? name.toLowerCase() : name);
  const words = new Set(reserved.map(fold)), used = new Set<string>(), locals = new Set(internal);
  const free = (hint: string, taken: ReadonlySet<string>): string => {
    let name = identifier(hint);
    while (words.has(fold(name)) || used.has(name) || taken.has(name)) name += "_";
    return name;
  };
  return {
    global: (hint) => {
      const name = free(hint, locals);
      used.add(name);
      return name;
    },
    field: (hint) => (words.has(fold(identifier(hint))) ? `${identifier(hint)}_` : identifier(hint)),
    isFree: (hint) => free(hint, locals) === hint,
    local: (hint, taken) => {
      const name = free(hint, taken);
      locals.add(name);
      return name;
    },
  };
};
