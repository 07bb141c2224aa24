// @ts-check
/** @import { InboxCatalogue } from '../inbox.catalogue.js' */
import { $ } from './elements.js';

/**
 * The emulator's codes and keys; they come with the page.
 *
 * @type {InboxCatalogue}
 */
export const catalogue = JSON.parse($('catalogue').content.textContent);
