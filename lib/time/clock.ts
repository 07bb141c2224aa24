/** Tells the time in milliseconds: since 1970, or since any moment where only a difference counts. */
export type Clock = () => number;
