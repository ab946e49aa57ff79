import { largeBelow, linkedBelow, maps, mappedBelow } from "../definitions.ts";
import { add, and, bool, count, eq, exists, isSome, of, or, property, some, someSuch, sum } from "../lang/index.ts";
import { s } from "../state.ts";
import { data, Device, Domain, Frame, Index, IoPage, Level, Page, shared } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P8", title: "counts", form: "view", place: "M" } as const;

export const p8 = [
  property({ ...text, sentence: "The reference counter of a data or shared frame is the number of its mappings, by DMA too, and grants." }, { frame: Frame }, ({ frame }) => ({
    given: or(eq(s.kind.at(frame), data), eq(s.kind.at(frame), shared)),
    then: eq(view.references.at(frame), add(
      sum(Domain, (domain) => count(Page, (page) => maps({ domain, page, frame }))),
      add(
        count(Domain, (receiver) => isSome(s.grant.at(frame).at(receiver))),
        sum(Device, (device) => count(IoPage, (page) => someSuch(s.ioSpace.at(device).at(page), (mapping) => eq(mapping.frame, frame)))),
      ),
    )),
  })),
  property({ ...text, sentence: "The use counter of a table is the number of its entries in use." }, { domain: Domain, level: Level, index: Index, frame: Frame }, ({ domain, level, index, frame }) => ({
    given: eq(s.tables.at(domain).at(level).at(index), some(frame)),
    then: eq(view.used.at(frame), add(
      count(Page, (page) => mappedBelow({ domain, level, index, page })),
      sum(Level, (low) => count(Index, (lowIndex) => or(linkedBelow({ domain, level, index, low, lowIndex }), largeBelow({ domain, level, index, low, lowIndex })))),
    )),
  })),
  property({ ...text, sentence: "What is neither data nor shared has no references, and what is linked nowhere as a table has no entries in use." }, { frame: Frame }, ({ frame }) => ({
    given: of(bool, true),
    then: and(
      or(eq(s.kind.at(frame), data), eq(s.kind.at(frame), shared), eq(view.references.at(frame), 0)),
      or(
        exists(Domain, (domain) => exists(Level, (level) => exists(Index, (index) => eq(s.tables.at(domain).at(level).at(index), some(frame))))),
        eq(view.used.at(frame), 0),
      ),
    ),
  })),
  property({ ...text, sentence: "The ownership counter of a domain is the number of its frames." }, { domain: Domain }, ({ domain }) => ({
    given: of(bool, true),
    then: eq(view.owned.at(domain), count(Frame, (frame) => eq(s.owner.at(frame), some(domain)))),
  })),
  property({ ...text, sentence: "The child counter of a domain is the number of its children." }, { domain: Domain }, ({ domain }) => ({
    given: of(bool, true),
    then: eq(view.children.at(domain), count(Domain, (child) => eq(s.parent.at(child), some(domain)))),
  })),
];
