/**
 * The bones of the page. `data-t` names the text of an element, `data-tl` its label, `data-tp` its
 * placeholder; the script fills them in.
 */
export const INBOX_MARKUP = `
<div id="app" data-pane="list">
<header class="bar">
  <span class="logo" aria-hidden="true"></span>
  <h1><span data-t="title"></span> <small data-t="subtitle"></small></h1>
  <span id="live" class="live" role="status" data-state="connecting"></span>
  <span class="gap"></span>
  <button id="language" class="plain" data-tl="languageLabel"><span data-t="language"></span></button>
  <button id="theme" class="icon" data-tl="theme" data-icon="theme"></button>
  <button id="help" class="icon" data-tl="help" data-icon="keyboard"></button>
  <button id="clear" class="icon" data-tl="clear" data-icon="bin"></button>
</header>
<section class="side" data-tl="phones">
  <div class="search"><input id="search" type="search" autocomplete="off" spellcheck="false" data-tl="search" data-tp="searchHint"><kbd aria-hidden="true">/</kbd></div>
  <div class="tabs" role="tablist" data-tl="show">
    <button role="tab" id="tab-phones" aria-controls="panel" data-t="phones"></button>
    <button role="tab" id="tab-requests" aria-controls="panel"><span data-t="requests"></span> <span id="refused" hidden></span></button>
  </div>
  <div id="panel" role="tabpanel"><ul id="list"></ul><p id="none" class="none" hidden></p></div>
</section>
<main class="main">
  <div id="guide" class="guide" hidden></div>
  <section id="thread" class="thread" hidden>
    <header class="head">
      <button id="back" class="icon narrow" data-tl="back" data-icon="back"></button>
      <span id="face" class="face" aria-hidden="true"></span>
      <div class="who"><h2 id="phone"></h2><p id="count"></p></div>
      <button id="copy-number" class="icon" data-tl="copyNumber" data-icon="copy"></button>
    </header>
    <ol id="texts" tabindex="-1"></ol>
    <form id="reply" class="reply">
      <textarea id="answer" dir="auto" rows="1" maxlength="500" data-tp="replyPlaceholder"></textarea>
      <button class="send" data-tl="send" data-icon="send"></button>
    </form>
  </section>
</main>
<aside id="inspector" class="inspector" data-tl="inspector" hidden>
  <header class="head">
    <button id="unopen" class="icon" data-tl="close" data-icon="close"></button>
    <h2 id="inspected"></h2>
  </header>
  <div id="facts" class="facts" tabindex="-1"></div>
</aside>
</div>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title" data-t="help"></h2><dl id="keys-list"></dl><form method="dialog"><button data-t="close"></button></form></dialog>
<dialog id="sure" aria-labelledby="sure-title"><h2 id="sure-title" data-t="clear"></h2><p data-t="clearConfirm"></p><form method="dialog"><button value="" data-t="cancel"></button><button id="sure-yes" class="danger" value="yes" data-t="clear"></button></form></dialog>
<div id="toast" class="toast" role="status"></div>
<div id="arrivals" class="unseen" aria-live="polite"></div>
`;
