// @ts-check
import { $ } from './elements.js';

/** Shows where texts go, and offers example numbers only where they reach no phone. */
export async function showDestination() {
  const response = await fetch('destination');
  /** @type {{ inbox: string | null }} */
  const { inbox } = await response.json();
  $('inbox').hidden = inbox === null;
  $('examples').hidden = inbox === null;
  $('costs').hidden = inbox !== null;
  if (inbox !== null) {
    $('inbox').href = inbox;
  }
}
