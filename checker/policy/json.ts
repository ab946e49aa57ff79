/**
 * JSON (RFC 8259) with the place of every value. `JSON.parse` says neither on which line a key stands nor that a key is there twice, and words its errors
 * differently from one Node version to the next.
 */
import { pointerTo, type Problem } from "./problem.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface JsonText {
  readonly value: Json;
  /** Line, from 1, on which the value of a pointer begins; for a member of an object, the line of its key. */
  lineOf(pointer: string): number | undefined;
}

export type JsonResult = { readonly ok: true; readonly json: JsonText } | { readonly ok: false; readonly problem: Problem };

/** Deeper nesting is no policy and no trace, and would exhaust the stack. */
const deepest = 64;

interface Failure { readonly offset: number; readonly sentence: string; readonly pointer: string; readonly code: "NOT_JSON" | "DUPLICATE_KEY"; readonly fix?: string }

const isFailure = (thrown: unknown): thrown is { readonly failure: Failure } => typeof thrown === "object" && thrown !== null && "failure" in thrown;

const positionOf = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
};

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const plainText = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const space = /[ \t\n\r]*/y;

/** Reads one JSON text. */
export const parseJson = (text: string): JsonResult => {
  const offsets = new Map<string, number>();
  let at = text.startsWith("\ufeff") ? 1 : 0;
  const path: (string | number)[] = [];

  const fail = (sentence: string, offset: number, code: Failure["code"] = "NOT_JSON", fix?: string): never => {
    const mended = fix ?? (/^\/[/*]/.test(text.slice(offset, offset + 2)) ? "remove the comment: JSON has none" : undefined);
    const failure: Failure = { offset, sentence, code, pointer: pointerTo(path), ...(mended === undefined ? {} : { fix: mended }) };
    throw Object.assign(new SyntaxError(sentence), { failure });
  };
  const skip = (): void => {
    space.lastIndex = at;
    space.exec(text);
    at = space.lastIndex;
  };
  const taken = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return null;
    at = pattern.lastIndex;
    return found[0];
  };
  const seen = (): string => (at >= text.length ? "the end of the file" : `\`${String.fromCodePoint(text.codePointAt(at) ?? 0)}\``);
  const string = (what: string): string => {
    const written = taken(plainText);
    if (written !== null) return JSON.parse(written) as string;
    return text[at] === '"' ? fail("the text that begins here is not closed, or holds a control character or an unknown escape", at) : fail(`${what} should stand here, and ${seen()} does`, at);
  };
  const comma = (close: string): boolean => {
    skip();
    const where = at;
    if (text[at] === close) {
      at++;
      return false;
    }
    if (text[at] !== ",") fail(`\`,\` or \`${close}\` should stand here, and ${seen()} does`, where);
    at++;
    skip();
    if (text[at] === close) fail(`a \`,\` stands before \`${close}\``, where, "NOT_JSON", "remove the comma");
    return true;
  };
  const members = (): { [key: string]: Json } => {
    const object: { [key: string]: Json } = Object.create(null) as { [key: string]: Json };
    skip();
    if (text[at] === "}") {
      at++;
      return object;
    }
    do {
      skip();
      const where = at;
      const key = string("a key in double quotes");
      path.push(key);
      if (key in object) fail(`the key \`${key}\` is there twice`, where, "DUPLICATE_KEY", "remove one of the two");
      offsets.set(pointerTo(path), where);
      skip();
      if (text[at] !== ":") fail(`\`:\` should stand here, and ${seen()} does`, at);
      at++;
      object[key] = value();
      path.pop();
    } while (comma("}"));
    return object;
  };
  const items = (): Json[] => {
    const array: Json[] = [];
    skip();
    if (text[at] === "]") {
      at++;
      return array;
    }
    do {
      skip();
      path.push(array.length);
      offsets.set(pointerTo(path), at);
      array.push(value());
      path.pop();
    } while (comma("]"));
    return array;
  };
  const value = (): Json => {
    skip();
    if (path.length > deepest) fail(`values are nested more than ${deepest} deep`, at);
    const first = text[at];
    if (first === '"') return string("a text");
    if (first === "{" || first === "[") {
      at++;
      return first === "{" ? members() : items();
    }
    const numeral = taken(number);
    if (numeral !== null) return Number(numeral);
    for (const [word, meaning] of [["true", true], ["false", false], ["null", null]] as const) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    return fail(`a value should stand here, and ${seen()} does`, at);
  };

  try {
    offsets.set("", at);
    const whole = value();
    skip();
    if (at < text.length) fail(`after the end of the value stands ${seen()}`, at);
    return {
      ok: true,
      json: {
        value: whole,
        lineOf: (pointer) => {
          const offset = offsets.get(pointer);
          return offset === undefined ? undefined : positionOf(text, offset).line;
        },
      },
    };
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    const { offset, sentence, code, pointer, fix } = thrown.failure;
    return {
      ok: false,
      problem: {
        code, sentence, ...positionOf(text, offset), pointer: code === "DUPLICATE_KEY" ? pointer : "",
        ...(fix === undefined ? {} : { fix }),
      },
    };
  }
};
