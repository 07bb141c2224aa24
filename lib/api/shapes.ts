// Members of requests and answers as data. The types tie each table to its interface, so that neither can drift.

/** How one member looks on the wire; a `?` marks what may be left out. */
export type MemberShape = ScalarShape | `${ScalarShape}?` | ObjectShape | readonly [ObjectShape];

type ScalarShape = 'string' | 'integer' | 'string[]' | 'integer[]';

/** Member name → how it looks. */
export interface ObjectShape {
  readonly [member: string]: MemberShape;
}

/** The table of one action. */
export interface ActionShape<Request, Response> {
  readonly request: ShapeOf<Request>;
  readonly response: ShapeOf<Omit<Response, 'RequestId'>>;
}

/** The only table that fits the interface `T`. */
export type ShapeOf<T> = {
  readonly [Name in keyof T]-?: undefined extends T[Name]
    ? `${ScalarOf<Exclude<T[Name], undefined>>}?`
    : MemberOf<T[Name]>;
};

type MemberOf<V> =
  ScalarOf<V> extends never
    ? V extends readonly (infer Item)[]
      ? readonly [ShapeOf<Item>]
      : ShapeOf<V>
    : ScalarOf<V>;

type ScalarOf<V> = V extends string
  ? 'string'
  : V extends number
    ? 'integer'
    : V extends readonly string[]
      ? 'string[]'
      : V extends readonly number[]
        ? 'integer[]'
        : never;

/** One member as the checks at run time use it. */
export type Member = {
  /** Whether its value is a list of what follows. */
  readonly isList: boolean;
  readonly isOptional: boolean;
} & (
  { readonly kind: 'string' | 'integer' } | { readonly kind: 'object'; readonly members: Members }
);

/** Member name → member, in the order of the table. A map, since names that are looked up come from outside. */
export type Members = ReadonlyMap<string, Member>;

/** Reads a table. */
export function parseShape(shape: ObjectShape): Members {
  return new Map(Object.entries(shape).map(([name, member]) => [name, parseMember(member)]));
}

function parseMember(shape: MemberShape): Member {
  if (typeof shape !== 'string') {
    const isList = isListShape(shape);
    const members = parseShape(isList ? shape[0] : shape);
    return { kind: 'object', isList, isOptional: false, members };
  }
  return {
    kind: shape.startsWith('string') ? 'string' : 'integer',
    isList: shape.includes('[]'),
    isOptional: shape.endsWith('?'),
  };
}

function isListShape(shape: ObjectShape | readonly [ObjectShape]): shape is readonly [ObjectShape] {
  return Array.isArray(shape);
}
