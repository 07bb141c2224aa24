/**
 * A value for a placeholder. Give codes as text: a number loses its leading zeros. A number that is not
 * whole, or beyond the exact ones, must be text.
 */
export type SmsParamValue = string | number;

/** What fits a template whose text the compiler doesn't know. */
export type SmsLooseParams = Readonly<Record<string, SmsParamValue>> | readonly SmsParamValue[];

/**
 * The parameters that a text asks for: an object for `{code:1}`, a list for `{1}`, an empty list
 * for a text without placeholders, and `never` for a text that mixes both forms.
 */
export type SmsTextParams<Text extends string> = string extends Text
  ? SmsLooseParams
  : Collect<Text, never, readonly []>;

// One step a placeholder and not a letter, and a tail call, so a long text stays far away from the
// compiler's limit of depth.
type Collect<
  Text extends string,
  Names extends string,
  Positions extends readonly SmsParamValue[],
> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ? Inside extends `${infer Name}:${string}`
    ? Collect<Rest, Names | Name, Positions>
    : Collect<Rest, Names, readonly [...Positions, SmsParamValue]>
  : [Names] extends [never]
    ? Positions
    : Positions extends readonly []
      ? { readonly [Name in Names]: SmsParamValue }
      : never;
