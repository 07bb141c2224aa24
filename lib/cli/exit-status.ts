/** How a command ends, beside 0. */
export const EXIT_STATUS = {
  /** A check failed, or what was asked for could not be done. */
  failed: 1,
  /** The command line could not be understood. */
  usage: 2,
} as const;
