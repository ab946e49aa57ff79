/** Widenings that somebody has accepted, with the reason: a file in the tree. An entry is in force for the two policies that it was written for, and expires with the first change of either. */
import * as t from "io-ts";
import { list, text } from "../../spec/constrained.ts";

const Hash = text("[0-9a-f]{64}", "a SHA-256 in hexadecimal");

export const AcceptFile = t.exact(t.intersection([
  t.type({
    schema: t.literal("refmon.accept/1"),
    accepted: list(t.strict({
      /** Id of a difference, as reports have it. */
      difference: t.string,
      reason: text("[^]*\\S[^]*", "a reason"),
      /** Hashes of both policy files, as reports have them. */
      old: Hash, new: Hash,
    }, "accepted widening"), 0, 10_000),
  }),
  t.partial({ $schema: t.string }),
]), "accept file");
export type AcceptFile = t.TypeOf<typeof AcceptFile>;

export interface Acceptance { readonly difference: string; readonly reason: string; readonly state: "accepted" | "expired" | "unused" }

/** What the entries of a file come to: `gained` are the ids of what the new policy gained. */
export const acceptances = ({ accepted }: AcceptFile, old: string, now: string, gained: readonly string[]): readonly Acceptance[] => accepted.map((entry): Acceptance => ({
  difference: entry.difference, reason: entry.reason,
  state: entry.old !== old || entry.new !== now ? "expired" : gained.includes(entry.difference) ? "accepted" : "unused",
}));
