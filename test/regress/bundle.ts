/** Bundles the sources, one of them patched. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { context } from "esbuild";
import { applyEdit, type Edit } from "./patch.ts";

export const root = join(import.meta.dirname, "..", "..");

const settings = {
  bundle: true, write: false, platform: "node", format: "esm", target: "node20", logLevel: "silent",
  // Some dependencies are CommonJS.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  external: ["typescript"] as string[],
} as const;

export interface Bundler {
  /**
   * The text of the bundle with the edits in it.
   * @throws Error if an edit does not apply, or its file is no part of the bundle.
   */
  bundle(edits: readonly Edit[]): Promise<string>;
  close(): Promise<void>;
}

/** Sources that edits leave alone are parsed once for all bundles. */
export const createBundler = async (entry: string): Promise<Bundler> => {
  let edits: readonly Edit[] = [];
  const applied = new Set<Edit>();
  const building = await context({
    ...settings, entryPoints: [join(root, entry)],
    plugins: [{
      name: "patch",
      setup: (builder) => {
        builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
          const contents = readFileSync(path, "utf8");
          const here = edits.filter(({ file }) => path === join(root, file));
          for (const edit of here) applied.add(edit);
          return { contents: here.reduce(applyEdit, contents), loader: "ts" };
        });
      },
    }],
  });
  return {
    bundle: async (wanted) => {
      edits = wanted;
      applied.clear();
      const { outputFiles: [bundle] } = await building.rebuild(), absent = edits.find((one) => !applied.has(one));
      if (absent !== undefined || bundle === undefined) throw new Error(`${absent?.file ?? entry} is no part of the bundle`);
      return bundle.text;
    },
    close: () => building.dispose(),
  };
};

/** One bundle, in a file. @throws Error if an edit does not apply, or its file is no part of the bundle. */
export const bundlePatched = async (entry: string, edits: readonly Edit[], outfile: string): Promise<void> => {
  const bundler = await createBundler(entry);
  try {
    writeFileSync(outfile, await bundler.bundle(edits));
  } finally {
    await bundler.close();
  }
};
