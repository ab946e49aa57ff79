/** The bytes of a WebAssembly module: as much of the format as generated programs need (WebAssembly Core Specification 1.0, sections 5.1 to 5.5, and its threads proposal). */

/** Bytes in order, in pieces as they were made: code is put together from code many times over, and copied at the end alone. */
export type Code = readonly Piece[];
export type Piece = number | Code | Uint8Array;

/** A number in LEB128, unsigned. */
export const unsigned = (value: number): Piece => {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    if (rest === 0) return bytes.length === 0 ? low : [...bytes, low];
    bytes.push(low | 0x80);
  }
};

/** A 32-bit number in LEB128, signed. */
export const signed = (value: number): Piece => {
  const bytes: number[] = [];
  for (let rest = value | 0; ;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return bytes.length === 0 ? low : [...bytes, low];
    bytes.push(low | 0x80);
  }
};

const flat = (code: Code): Uint8Array<ArrayBuffer> => {
  let bytes = new Uint8Array(1024), size = 0;
  const reach = (least: number): void => {
    if (least <= bytes.length) return;
    const larger = new Uint8Array(2 * least);
    larger.set(bytes);
    bytes = larger;
  };
  const write = (pieces: Code): void => {
    for (const piece of pieces) {
      if (typeof piece === "number") {
        reach(size + 1);
        bytes[size++] = piece;
      } else if (piece instanceof Uint8Array) {
        reach(size + piece.length);
        bytes.set(piece, size);
        size += piece.length;
      } else write(piece);
    }
  };
  write(code);
  return bytes.slice(0, size);
};

/** Code with its size in bytes before it. */
const sized = (code: Code): Code => {
  const bytes = flat(code);
  return [unsigned(bytes.length), bytes];
};

export const i32 = 0x7f;
/** The type of a block that leaves nothing. */
export const nothing = 0x40;

export const op = {
  unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, return: 0x0f, call: 0x10, drop: 0x1a,
  localGet: 0x20, localSet: 0x21, localTee: 0x22,
  i32Load: 0x28, i64Load: 0x29, f64Load: 0x2b, i32Load8Signed: 0x2c, i32Load8: 0x2d, i32Store: 0x36, i64Store: 0x37, f64Store: 0x39, i32Store8: 0x3a,
  i32Const: 0x41, f64Const: 0x44,
  eqz: 0x45, eq: 0x46, ne: 0x47, lt: 0x48, gt: 0x4a, le: 0x4c, ge: 0x4e,
  add: 0x6a, sub: 0x6b, mul: 0x6c, and: 0x71, or: 0x72, xor: 0x73, shl: 0x74, shr: 0x75, shrUnsigned: 0x76,
  f64Add: 0xa0, f64FromI32: 0xb7, atomicAdd: [0xfe, 0x1e], compareExchange: [0xfe, 0x48],
} as const;

export interface Signature { readonly parameters: number; readonly returns: boolean }
/** `locals` are i32, without the parameters. */
export interface FunctionBody { readonly signature: Signature; readonly locals: number; readonly code: Code }
export interface Import { readonly name: string; readonly signature: Signature }

const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];
const text = (value: string): Code => sized([...new TextEncoder().encode(value)]);

/** A module that imports a memory, shared by threads or not, and functions from `refmon` and exports functions by name. Functions are numbered through imports and bodies. */
export const moduleOf = (imports: readonly Import[], bodies: readonly FunctionBody[], exported: readonly { readonly name: string; readonly index: number }[], shared: boolean): Uint8Array<ArrayBuffer> => {
  const signatures: Signature[] = [];
  const typeOf = ({ parameters, returns }: Signature): number => {
    const known = signatures.findIndex((one) => one.parameters === parameters && one.returns === returns);
    return known >= 0 ? known : signatures.push({ parameters, returns }) - 1;
  };
  const importTypes = imports.map(({ signature }) => typeOf(signature)), bodyTypes = bodies.map(({ signature }) => typeOf(signature));
  const section = (id: number, content: Code): Code => [id, sized(content)];
  return flat([
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, vector(signatures.map(({ parameters, returns }) => [0x60, vector(Array.from({ length: parameters }, () => [i32])), vector(returns ? [[i32]] : [])]))),
    section(2, vector([
      [text("refmon"), text("memory"), 0x02, ...(shared ? [0x03, 0x01, unsigned(65_536)] : [0x00, 0x01])],
      ...imports.map(({ name }, i) => [text("refmon"), text(name), 0x00, unsigned(importTypes[i] ?? 0)]),
    ])),
    section(3, vector(bodyTypes.map((type) => [type]))),
    section(7, vector(exported.map(({ name, index }) => [text(name), 0x00, unsigned(index)]))),
    section(10, vector(bodies.map(({ locals, code }) => sized([vector(locals > 0 ? [[unsigned(locals), i32]] : []), code, op.end])))),
  ]);
};
