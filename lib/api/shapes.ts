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
  readonly [Member in keyof T]-?: undefined extends T[Member]
    ? `${ScalarOf<Exclude<T[Member], undefined>>}?`
    : MemberOf<T[Member]>;
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
