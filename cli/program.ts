/** The built program, which threads run as well; `null` where the command line runs from its sources, which a thread cannot. */
export const builtProgram: URL | null = import.meta.url.endsWith(".ts") ? null : new URL(import.meta.url);
