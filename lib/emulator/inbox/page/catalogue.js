// @ts-check
/** @import { InboxCatalogue } from '../inbox.catalogue.js' */
import { $ } from './elements.js';

/**
 * What the emulator knows of codes and keys; it comes with the page.
 *
 * @type {InboxCatalogue}
 */
export const catalogue = JSON.parse($('catalogue').content.textContent);
