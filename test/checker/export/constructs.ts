/** A small system that uses every construct of the language, also those that the specification does without. */
import {
  absent, add, and, bool, collect, count, Count, define, each, enumeration, eq, exists, first, forall, guard, callsOver, has, implies, inject, intersect, isNone, isSome, ite, le, lt, map, matchOption,
  minus, movesOver, none, not, of, option, or, places, property, range, reaches, record, scalarset, setOf, sized, some, someSuch, subset, sum, tabulate, terms, union, unite, when,
  type Expr,
} from "../../../spec/lang/index.ts";
import type { System } from "../../../spec/lang/system.ts";

/** There are no dogs: whatever is said of them must go before it is exported. */
const Dog = scalarset("Dog");
const Cat = scalarset("Cat"), Shelf = range("Shelf"), Size = range("Size");
const Mood = enumeration("Mood", "calm", "wild"), Toy = enumeration("Toy", "ball", "wool");
const Place = union("Place", { floor: null, shelf: Shelf, under: Cat, kennel: Dog, away: null });
const Nap = record({ at: Shelf, warm: bool }), Bag = record({ toys: setOf(Toy), size: Size }), Wish = record({ toy: option(Toy), strong: bool });

const variables = {
  /** An option of a range that does not begin at 0. */
  perch: map(Cat, option(Shelf)),
  mood: map(Cat, Mood),
  /** A map by labels, and one by a union. */
  owned: map(Toy, option(Cat)), scratched: map(Place, bool),
  nap: option(Nap), bag: Bag,
  /** An option of what begins with an option: three cases before the second field. */
  wish: option(Wish),
  /** What nobody can have has one value. */
  chased: map(Dog, option(Cat)), bone: option(Dog),
  boss: map(Cat, option(Cat)), place: map(Cat, Place), liked: setOf(Toy), tired: Count,
};
const s = places(variables), next = terms("next", variables);
const constants = terms("constant", { favourite: map(Cat, option(Toy)), first: Cat, large: map(Size, map(Toy, bool)) });
const step = terms("step", { name: enumeration("Move", "climb", "fetch", "swap", "sleep", "dream", "follow", "calm", "settle", "bark"), cat: option(Cat), bold: map(Mood, bool) });

const actor = { parameters: { cat: Cat }, enabled: ({ cat }: { cat: Expr<typeof Cat> }) => not(reaches(s.boss, cat, cat)) };
const call = callsOver(s, actor), move = movesOver(s, actor);

const bare = define("bare", { shelf: Shelf }, ({ shelf }) => forall(Cat, (cat) => not(eq(s.perch.at(cat), some(shelf)))));
/** A definition whose value is no scalar. */
const toyOf = define("toyOf", { cat: Cat }, ({ cat }) => ite(exists(Toy, (toy) => eq(s.owned.at(toy), some(cat))), constants.favourite.at(cat), none));
const awake = count(Cat, (cat) => eq(s.mood.at(cat), "wild"));

const transitions = [
  call("climb", { shelf: Shelf }, (_, { cat }, { shelf }) => ({
    guards: [
      guard("bare", "TAKEN", bare({ shelf })),
      guard("near", "FAR", matchOption(s.perch.at(cat), { none: eq(shelf, 2), some: (at) => and(le(at, shelf), lt(at, 3)) })),
    ],
    effects: [s.perch.at(cat).becomes(some(shelf)), s.place.at(cat).becomes(inject(Place, "shelf", shelf)), s.tired.becomes(awake)],
  })),
  call("fetch", { toy: Toy }, (_, { cat }, { toy }) => ({
    guards: [guard("free", "TAKEN", and(isNone(s.owned.at(toy)), isNone(s.nap))), guard("liked", "DULL", or(has(s.liked, toy), eq(toyOf({ cat }), some(toy)), eq(cat, constants.first)))],
    effects: [
      s.owned.at(toy).becomes(some(cat)), s.liked.becomes(unite(s.liked, [toy])), s.bag.toys.becomes(minus(unite(s.bag.toys, s.liked), [toy])),
      s.bag.size.becomes(ite(has(s.bag.toys, toy), of(Size, 1), 0)),
    ],
  })),
  // Each of the two reads what the other writes.
  move("swap", { other: Cat }, (_, { cat }, { other }) => ({
    enabled: and(not(eq(cat, other)), isNone(s.nap), isNone(s.boss.at(other))),
    effects: [
      s.mood.becomes(tabulate(Cat, (one) => ite(eq(one, cat), s.mood.at(other), ite(eq(one, other), s.mood.at(cat), s.mood.at(one))))),
      s.perch.becomes(tabulate(Cat, (one) => ite(eq(one, cat), s.perch.at(other), ite(eq(one, other), s.perch.at(cat), s.perch.at(one))))),
    ],
  })),
  move("sleep", { warm: bool }, (_, { cat }, { warm }) => ({
    enabled: and(isNone(s.boss.at(cat)), someSuch(s.perch.at(cat), (at) => implies(warm, lt(at, 3)))),
    effects: [
      s.nap.becomes(matchOption(s.perch.at(cat), { none: absent(Nap), some: (at) => some({ at, warm }) })),
      when(warm, [s.mood.at(cat).becomes("calm")], [s.mood.at(cat).becomes("wild")]),
      s.wish.becomes(ite(isSome(s.nap), of(option(Wish), some({ toy: none, strong: true })), none)),
    ],
  })),
  move("dream", {}, (_, { cat }) => ({
    enabled: and(isSome(s.nap), eq(s.tired, 1), or(isNone(s.wish), someSuch(s.wish, (wish) => isNone(wish.toy)))),
    effects: [
      s.wish.becomes(some({ toy: constants.favourite.at(cat), strong: false })), s.liked.becomes(collect(Toy, (toy) => and(constants.large.at(s.bag.size).at(toy), subset(of(setOf(Toy), [toy]), intersect(s.liked, s.bag.toys))))),
      s.scratched.becomes(tabulate(Place, (place) => and(eq(s.place.at(cat), place), eq(place, inject(Place, "away", null))))), s.bag.becomes({ toys: [], size: 1 }),
    ],
  })),
  move("follow", { other: Cat }, (_, { cat }, { other }) => ({
    enabled: and(not(eq(cat, other)), isNone(s.boss.at(cat)), not(reaches(s.boss, other, cat))),
    effects: [s.boss.at(cat).becomes(some(other)), s.place.at(cat).becomes(inject(Place, "under", other)), s.tired.becomes(add(awake, sum(Toy, (toy) => ite(isSome(s.owned.at(toy)), of(Count, 1), 0))))],
  })),
  move("settle", {}, (_, { cat }) => ({
    enabled: and(isNone(s.perch.at(cat)), someSuch(first(Shelf, (shelf) => bare({ shelf })), (lowest) => lt(lowest, 3)), not(exists(Dog, (dog) => eq(s.chased.at(dog), some(cat))))),
    effects: [s.perch.at(cat).becomes(first(Shelf, (shelf) => bare({ shelf }))), each(Dog, (dog) => [s.chased.at(dog).becomes(none)]), s.bone.becomes(none)],
  })),
  call("bark", { dog: Dog }, (_, { cat }, { dog }) => ({
    guards: [guard("quiet", "DULL", forall(Dog, (other) => isNone(s.chased.at(other))))],
    effects: [s.chased.at(dog).becomes(some(cat)), s.bone.becomes(some(dog)), s.place.at(cat).becomes(inject(Place, "kennel", dog))],
  })),
  move("calm", {}, (_, { cat }) => ({
    enabled: and(isNone(s.boss.at(cat)), isSome(s.wish)),
    effects: [
      each(Cat, (one) => [when(eq(s.boss.at(one), some(cat)), [s.boss.at(one).becomes(none), s.place.at(one).becomes(inject(Place, "away", null))])]),
      each(Toy, (toy) => [s.owned.at(toy).becomes(none)]), s.nap.becomes(none), s.wish.becomes(none), s.liked.loses("wool"), s.scratched.at(inject(Place, "floor", null)).becomes(false),
    ],
  })),
];

const text = { title: "construct", place: "A" } as const;
const properties = [
  property({ ...text, id: "X1", form: "state", sentence: "A cat that follows another lies under it, or has climbed since." }, { cat: Cat, other: Cat }, ({ cat, other }) => ({
    given: eq(s.boss.at(cat), some(other)),
    then: or(eq(s.place.at(cat), inject(Place, "under", other)), exists(Shelf, (shelf) => eq(s.place.at(cat), inject(Place, "shelf", shelf)))),
  })),
  property({ ...text, id: "X2", form: "step", sentence: "Nobody loses a toy but by calm." }, { toy: Toy }, ({ toy }) => ({
    given: and(isSome(s.owned.at(toy)), not(eq(next.owned.at(toy), s.owned.at(toy)))),
    then: and(eq(step.name, "calm"), isSome(step.cat), someSuch(step.cat, (cat) => step.bold.at(s.mood.at(cat)))),
  })),
  property({ ...text, id: "X4", form: "state", sentence: "A dog that chases has no bone." }, { dog: Dog }, ({ dog }) => ({ given: isSome(s.chased.at(dog)), then: not(eq(s.bone, some(dog))) })),
  property({ ...text, id: "X3", form: "step", sentence: "Who acts follows nobody in a circle." }, {}, () => ({ given: isSome(step.cat), then: someSuch(step.cat, (cat) => not(reaches(s.boss, cat, cat))) })),
];

/** `cats` is how many there are. */
export const constructs = (cats: number): System => ({
  name: "constructs",
  bounds: { Cat: sized(cats), Dog: sized(0), Shelf: { lo: 2, hi: 3 }, Size: { lo: 0, hi: 1 }, Count: sized(cats + 3) },
  variables, view: {},
  constants: { favourite: Array.from({ length: cats }, (_, cat) => (cat === 0 ? null : "wool")), first: 0, large: [[true, false], [true, true]] },
  initial: {
    perch: new Array<null>(cats).fill(null), mood: new Array<string>(cats).fill("wild"), owned: [null, null], scratched: new Array<boolean>(cats + 4).fill(false),
    nap: null, bag: { toys: 1, size: 0 }, wish: null, chased: [], bone: null, boss: new Array<null>(cats).fill(null), place: new Array<number>(cats).fill(0), liked: 2, tired: 0,
  },
  transitions, properties,
  describe: ({ transition, scope }) => ({ name: transition.name, cat: scope["cat"] ?? null, bold: [true, true] }),
  symmetric: [],
});
