/** Builds and runs the other checkers' programs. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a peer says of an exported system. */
export interface Verdict {
  readonly states: number;
  /** Enabled, allowed instances, self-loops included; the step that makes the initial state is none. */
  readonly transitions: number;
  /** Everything reachable was visited. */
  readonly complete: boolean;
  /** The property that failed, as the peer calls it. */
  readonly violated: string | null;
  readonly milliseconds: number;
  /** Of all its threads; 0 where the system does not tell. */
  readonly cpuMilliseconds: number;
  /** The most memory that the program held; 0 where the system does not tell. */
  readonly bytes: number;
}

/** A program that a peer has made of a system. */
export type Peer = () => Promise<Verdict>;

export class PeerError extends Error {
  override readonly name = "PeerError";
}

/** What is not installed, of what a comparison needs. */
export const missing = (): readonly string[] => ["rumur", "spin", "gcc"].filter((program) => spawnSync(program, ["--version"]).error !== undefined);

/** Runs a program that must exit with 0 in a folder, after one file has been written there. */
export const make = (folder: string, file: { readonly name: string; readonly text: string } | null, program: string, arguments_: readonly string[]): void => {
  if (file !== null) writeFileSync(join(folder, file.name), file.text);
  const { status, stdout, stderr, error } = spawnSync(program, arguments_, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error !== undefined || status !== 0) throw new PeerError(`${program} ${arguments_.join(" ")}: exit ${String(status)} ${error?.message ?? ""}\n${(stderr + stdout).slice(0, 2000)}`);
};

/** Milliseconds between two looks at a running program. */
const looking = 20;

/** Linux counts processor time in hundredths of a second. */
const tick = 10;

interface Used { readonly bytes: number; readonly cpuMilliseconds: number }

/** Linux keeps the high-water mark and the time of a process (proc(5)); elsewhere, and where the process has ended, there is nothing to read, and what was read before stands. */
const used = (pid: number | undefined, before: Used): Used => {
  try {
    const read = (file: string): string => readFileSync(`/proc/${String(pid)}/${file}`, "utf8"), status = read("status"), stat = read("stat");
    const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14).map(Number);
    return { bytes: Math.max(before.bytes, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024), cpuMilliseconds: Math.max(before.cpuMilliseconds, (user + system) * tick) };
  } catch {
    return before;
  }
};

/** What a program of a peer printed, whatever it exited with, and what it took. */
export const run = (folder: string, program: string, arguments_: readonly string[]): Promise<{ readonly output: string; readonly milliseconds: number } & Used> =>
  new Promise((resolve, reject) => {
    const began = performance.now(), child = spawn(program, arguments_, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "", so: Used = { bytes: 0, cpuMilliseconds: 0 };
    const watching = setInterval(() => {
      so = used(child.pid, so);
    }, looking);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", (thrown) => {
      clearInterval(watching);
      reject(new PeerError(`${program}: ${thrown.message}`));
    });
    child.on("close", () => {
      clearInterval(watching);
      resolve({ output, milliseconds: performance.now() - began, ...so });
    });
  });

/** Runs `use` in a folder of its own, which goes when it is over. */
export const within = async <R>(use: (folder: string) => Promise<R>): Promise<R> => {
  const folder = mkdtempSync(join(tmpdir(), "refmon-peers-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The number in a piece of output. */
export const figure = (output: string, pattern: RegExp): number => {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new PeerError(`no ${String(pattern)} in\n${output.slice(-2000)}`);
  return Number(found);
};
