// @ts-check

/** Shows files of the app below their links, rather than in their place. */
export function showSources() {
  for (const panel of document.querySelectorAll('.source')) {
    const text = panel.querySelector('pre');
    for (const link of panel.querySelectorAll('a')) {
      link.addEventListener('click', (event) => {
        if (text !== null && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault();
          void show(link, text);
        }
      });
    }
  }
}

/**
 * @param {HTMLAnchorElement} link
 * @param {HTMLElement} text
 */
async function show(link, text) {
  const response = await fetch(link.href);
  if (!response.ok) {
    location.href = link.href;
    return;
  }
  text.textContent = await response.text();
  text.hidden = false;
  text.scrollTop = 0;
  text.setAttribute('aria-label', link.textContent);
  link.parentElement?.querySelector('[aria-current]')?.removeAttribute('aria-current');
  link.setAttribute('aria-current', 'true');
}
