/**
 * Checkpoints in a folder. A file for each level holds its entries of the log, which never change once the level is closed; `checkpoint.json` names the files with
 * their hashes, says where the search stands, and carries a hash of itself. It is written last and renamed, so that a process that dies at any moment
 * leaves the checkpoint of one level or of the next.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import * as t from "io-ts";
import { integer, text } from "../../../spec/constrained.ts";
import type { KernelProgram } from "../../compile/compile.ts";
import { CheckpointRefused, type Keeper, type Standing } from "../keeper.ts";

const format = "refmon.checkpoint/1";
const manifest = "checkpoint.json";

const numbers = t.readonlyArray(t.number), count = integer(0, Number.MAX_SAFE_INTEGER);
const Content = t.type({
  search: t.string,
  // A name says nothing of other folders.
  files: t.readonlyArray(t.type({ name: text("level-[0-9]{4,16}\\.states", "the name of a level"), words: count, sha256: t.string })),
  standing: t.type({
    depth: count, from: count, count, levels: t.readonlyArray(t.type({ depth: count, states: count, digest: t.string })),
    counted: t.type({ succeeded: numbers, failed: numbers, antecedent: numbers, touched: numbers }),
    findings: t.readonlyArray(t.type({ property: count, words: numbers, step: t.boolean })),
  }),
});
type Content = t.TypeOf<typeof Content>;
const Manifest = t.type({ format: t.literal(format), sha256: t.string, content: Content });

const sha256 = (of: string | Uint8Array): string => createHash("sha256").update(of).digest("hex");

/** Tells searches apart: the generated program holds specification, policy, what is checked and whether states are made canonical. */
const identityOf = ({ source, environment }: KernelProgram): string =>
  sha256(JSON.stringify([source, environment], (_, value: unknown) => (value instanceof Int32Array ? [...value] : value)));

/** Writing, as tests make it fail. */
export interface Disk {
  /** Writes a file whole, in the end under `path`, or throws. */
  write(path: string, bytes: Uint8Array): void;
}

export const disk: Disk = {
  write: (path, bytes) => {
    const temporary = `${path}.part`, file = openSync(temporary, "w");
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 28));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  },
};

const refuse = (path: string, why: string): never => {
  throw new CheckpointRefused(`${path}: ${why}`);
};

/** That a file may not be read says nothing of what is in it. */
const bytesOf = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (thrown) {
    return refuse(path, `this part of the checkpoint cannot be read (${thrown instanceof Error ? thrown.message : String(thrown)})`);
  }
};

const readContent = (path: string): Content => {
  const bytes = bytesOf(path);
  let read: unknown;
  try {
    read = JSON.parse(bytes.toString("utf8"));
  } catch {
    return refuse(path, "the checkpoint is cut short or altered: it is not JSON");
  }
  if (!Manifest.is(read)) return refuse(path, `the checkpoint is cut short or altered: it does not have the form of ${format}`);
  return read.sha256 === sha256(JSON.stringify(read.content)) ? read.content : refuse(path, "the checkpoint is altered: it does not have the hash that it says");
};

const readPart = (path: string, words: number): Uint8Array => {
  if (!existsSync(path)) refuse(path, "this part of the checkpoint is missing");
  const status = statSync(path);
  if (!status.isFile()) refuse(path, "this part of the checkpoint is no file");
  if (status.size !== words * 4) refuse(path, `the checkpoint is cut short: ${status.size} bytes of ${words * 4}`);
  return bytesOf(path);
};

const readStates = (folder: string, { files, standing }: Content, stride: number): Int32Array => {
  const words = files.reduce((sum, part) => sum + part.words, 0);
  if (words !== standing.count * stride) refuse(folder, `the checkpoint holds ${words < standing.count * stride ? "fewer" : "more"} states than it says`);
  const parts = files.map((part) => {
    const path = join(folder, part.name), bytes = readPart(path, part.words);
    if (sha256(bytes) !== part.sha256) refuse(path, "the checkpoint is altered: its content does not have the hash that it should");
    return bytes;
  });
  const states = new Int32Array(words);
  let at = 0;
  for (const bytes of parts) {
    states.set(new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)), at);
    at += bytes.length / 4;
  }
  return states;
};

/**
 * Keeps a search in `folder`. With `resume` it goes on from what is there, else what is there is overwritten. If writing fails, `failed` hears why once, the last
 * checkpoint stays, and no other is written.
 */
export const checkpointIn = (folder: string, resume: boolean, to: Disk, failed: (why: string) => void): Keeper => {
  const path = join(folder, manifest);
  let search = "", files: Content["files"] = [], broken = false;
  const attempt = (write: () => void): void => {
    if (broken) return;
    try {
      write();
    } catch (thrown) {
      broken = true;
      failed(`no checkpoint can be written to ${folder} (${thrown instanceof Error ? thrown.message : String(thrown)}); the search goes on without`);
    }
  };
  return {
    load: (program, stride) => {
      search = identityOf(program);
      if (!resume || !existsSync(path)) {
        attempt(() => {
          mkdirSync(folder, { recursive: true });
          rmSync(path, { force: true });
        });
        return null;
      }
      const content = readContent(path);
      if (content.search !== search) refuse(path, "the checkpoint is of another search: another policy, specification, version, or other options");
      files = content.files;
      return { ...content.standing, states: readStates(folder, content, stride) };
    },
    save: (standing: Standing, fresh) => {
      attempt(() => {
        const name = `level-${String(standing.depth).padStart(4, "0")}.states`, bytes = new Uint8Array(fresh.length * 4);
        bytes.set(new Uint8Array(fresh.buffer, fresh.byteOffset, fresh.length * 4));
        to.write(join(folder, name), bytes);
        const content: Content = { search, files: [...files, { name, words: fresh.length, sha256: sha256(bytes) }], standing };
        to.write(path, new TextEncoder().encode(`${JSON.stringify({ format, sha256: sha256(JSON.stringify(content)), content })}\n`));
        ({ files } = content);
      });
    },
  };
};
