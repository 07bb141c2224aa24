// A type alone: the page is checked against it and does not depend on Node.
/** What the inbox page gets of the package's own catalogue. */
export interface InboxCatalogue {
  /** What an error code means, in English and in Chinese. */
  readonly meanings: Readonly<Record<string, readonly [english: string, chinese: string]>>;
  /** What a carrier's receipt code means, in English. */
  readonly receipts: Readonly<Record<string, string>>;
  /** The public key that the emulator takes unless it is started with another. */
  readonly secretKey: string;
}
