/** How the inbox looks. Each colour is given for light and for dark. */
export const INBOX_STYLES = `
:root{color-scheme:light dark;
--bg:light-dark(#eef1f6,#0c1017);--panel:light-dark(#fff,#141a23);--soft:light-dark(#f5f7fa,#1a212c);--hover:light-dark(#f0f3f8,#1b2431);
--line:light-dark(#e1e6ee,#26303d);--ink:light-dark(#141c28,#e7ecf3);--dim:light-dark(#56627a,#97a5b8);
--accent:light-dark(#1060e0,#78aeff);--accent-ink:light-dark(#fff,#07152b);--tint:light-dark(#e6effe,#182a47);
--good:light-dark(#0b7a4b,#4fd096);--bad:light-dark(#c4262e,#ff8a8a);--bad-tint:light-dark(#fdeced,#3a1a1f);--good-tint:light-dark(#e5f6ee,#12301f);
--mine:light-dark(#d9f2e4,#1b4431);--shadow:0 1px 2px light-dark(#1a2b4814,#0008);
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
font:15px/1.5 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;color:var(--ink);background:var(--bg);-webkit-font-smoothing:antialiased}
h1,h2,h3,h4,p,ul,ol,dl,dd{margin:0;padding:0}
ul,ol{list-style:none}
button,input,textarea{font:inherit;color:inherit}
button{cursor:pointer;border:0;background:none;padding:0}
:focus{outline:none}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
svg{width:1.25em;height:1.25em;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round;flex:none}
code,pre,kbd{font-family:var(--mono)}
kbd{font-size:12px;border:1px solid var(--line);border-bottom-width:2px;border-radius:6px;padding:1px 7px;background:var(--soft);color:var(--dim)}
.unseen{position:fixed;top:0;left:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
#app{display:grid;height:100vh;height:100dvh;grid-template:auto minmax(0,1fr)/minmax(260px,320px) minmax(0,1fr);grid-template-areas:"bar bar" "side main"}
#app.inspecting{grid-template-columns:minmax(250px,300px) minmax(0,1fr) minmax(360px,36%);grid-template-areas:"bar bar bar" "side main inspector"}
.bar{grid-area:bar;display:flex;align-items:center;gap:10px;padding:8px 14px;background:var(--panel);border-bottom:1px solid var(--line);min-width:0}
.logo{width:28px;height:28px;border-radius:9px;background:linear-gradient(140deg,#3b8bff,#0f55d8);position:relative;flex:none}
.logo::after{content:"";position:absolute;inset:8px 7px 9px;background:#fff;border-radius:3px;clip-path:polygon(0 0,100% 0,100% 76%,48% 76%,22% 100%,22% 76%,0 76%)}
h1{font-size:16px;font-weight:650;white-space:nowrap;letter-spacing:-.01em}
h1 small{font-weight:400;font-size:13px;color:var(--dim);margin-left:6px}
.live{font-size:12.5px;color:var(--dim);display:inline-flex;align-items:center;gap:6px;white-space:nowrap}
.live::before{content:"";width:8px;height:8px;border-radius:50%;background:#e0a100}
.live[data-state=live]::before{background:light-dark(#14a86b,#4fd096);box-shadow:0 0 0 3px light-dark(#14a86b2e,#4fd0962e)}
.live[data-state=offline]::before{background:var(--bad)}
.gap{flex:1}
.icon{width:36px;height:36px;border-radius:10px;display:grid;place-items:center;color:var(--dim);flex:none}
.plain{height:36px;padding:0 10px;border-radius:10px;color:var(--dim);font-size:13.5px;white-space:nowrap}
.icon:hover,.plain:hover{background:var(--hover);color:var(--ink)}
.side{grid-area:side;display:flex;flex-direction:column;min-height:0;background:var(--panel);border-right:1px solid var(--line)}
.search{position:relative;padding:12px 12px 8px}
.search input{width:100%;height:38px;border:1px solid var(--line);border-radius:11px;background:var(--soft);padding:0 34px 0 12px;font-size:14px;text-overflow:ellipsis}
.search input::placeholder,textarea::placeholder{color:var(--dim);opacity:1}
.search kbd{position:absolute;right:21px;top:19px;pointer-events:none}
.search input:focus+kbd,.search input:not(:placeholder-shown)+kbd{display:none}
.tabs{display:flex;gap:4px;padding:0 12px 8px}
.tabs button{flex:1;height:32px;border-radius:9px;font-size:13.5px;color:var(--dim)}
.tabs button:hover{background:var(--hover)}
.tabs #refused{display:inline-block;background:var(--bad);color:light-dark(#fff,#2b0a0c);margin-left:4px}
.tabs [aria-selected=true]{background:var(--tint);color:var(--accent);font-weight:600}
#panel{flex:1;overflow-y:auto;padding:0 8px 12px;min-height:0}
.row{display:grid;width:100%;grid-template:auto auto/44px minmax(0,1fr) auto;column-gap:11px;text-align:left;padding:9px 10px;border-radius:12px;align-items:center}
#list li{content-visibility:auto;contain-intrinsic-size:auto 60px}
.row:hover{background:var(--hover)}
.row[aria-current]{background:var(--tint)}
.row:focus-visible{outline-offset:-2px}
.face{--hue:210;grid-row:1/3;width:42px;height:42px;border-radius:50%;display:grid;place-items:center;font-weight:600;font-size:14.5px;font-variant-numeric:tabular-nums;flex:none;
color:light-dark(hsl(var(--hue) 60% 25%),hsl(var(--hue) 60% 84%));background:light-dark(hsl(var(--hue) 62% 89%),hsl(var(--hue) 32% 25%))}
.face.ok{color:var(--good);background:var(--good-tint)}
.face.bad{color:var(--bad);background:var(--bad-tint)}
.name{font-weight:600;font-size:14.5px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-variant-numeric:tabular-nums}
.row time{font-size:12px;color:var(--dim);font-variant-numeric:tabular-nums}
.last{grid-column:2;font-size:13px;color:var(--dim);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.last:last-child{grid-column:2/4}
.last em{font-style:normal;color:var(--bad);margin-right:6px}
.badge,#refused{justify-self:end;min-width:20px;height:20px;padding:0 6px;border-radius:10px;background:var(--accent);color:var(--accent-ink);font-size:12px;font-weight:650;line-height:20px;text-align:center}
.facts .none{padding:0;text-align:left}
.none{color:var(--dim);padding:20px;text-align:center;font-size:14px}
.main{grid-area:main;min-height:0;min-width:0;position:relative;background:radial-gradient(light-dark(#d5dce8,#1c2531) 1px,transparent 1.3px) 0 0/22px 22px,var(--bg)}
.thread{height:100%;display:flex;flex-direction:column}
.head{display:flex;align-items:center;gap:11px;padding:9px 16px;background:var(--panel);border-bottom:1px solid var(--line);min-height:60px;flex:none}
.head .face{width:38px;height:38px;font-size:13.5px}
.who{flex:1;min-width:0}
h2{font-size:16px;font-weight:650;font-variant-numeric:tabular-nums}
.who p{font-size:12.5px;color:var(--dim)}
.narrow{display:none}
#texts{flex:1;overflow-y:auto;min-height:0;padding:14px 20px 18px;display:flex;flex-direction:column;gap:14px}
.day{align-self:center;font-size:12px;color:var(--dim)}
.day span{background:light-dark(#dfe5ee,#1d2632);border-radius:20px;padding:3px 12px;display:inline-block}
.text{max-width:min(520px,92%);align-self:flex-start;border-radius:18px}
.bubble{background:var(--panel);border:1px solid var(--line);border-radius:5px 18px 18px;padding:10px 14px;box-shadow:var(--shadow);cursor:pointer}
.bubble p{overflow-wrap:anywhere;white-space:pre-wrap}
.bubble b{font-weight:650;color:var(--accent)}
.opened .bubble{border-color:var(--accent);box-shadow:0 0 0 1px var(--accent)}
.rejected .bubble,.failed .bubble{border-color:light-dark(#efb4b7,#6d343a)}
.rejected.opened .bubble,.failed.opened .bubble{border-color:var(--bad);box-shadow:0 0 0 1px var(--bad)}
.rejected .bubble p{color:var(--dim)}
.reply-item{align-self:flex-end}
.reply-item .bubble{background:var(--mine);border-color:transparent;border-radius:18px 5px 18px 18px;cursor:auto}
.reply-item .meta{justify-content:flex-end}
.meta{display:flex;flex-wrap:wrap;gap:2px 11px;padding:5px 6px 0;font-size:12px;color:var(--dim);align-items:center;font-variant-numeric:tabular-nums}
.meta span{display:inline-flex;align-items:center;gap:4px}
.meta svg{width:14px;height:14px}
.delivered .fate,.called-back{color:var(--good)}
.failed .fate,.rejected .fate,.callback-failed{color:var(--bad)}
.link{color:var(--accent);font-size:12px;border-radius:4px}
.link:hover{text-decoration:underline}
.code{display:flex;align-items:center;gap:12px;margin-top:10px;padding:8px 14px;border-radius:13px;background:var(--tint);color:var(--accent);font-size:13px;font-weight:600;transition:transform .12s}
.code:active{transform:scale(.98)}
.code:hover{filter:brightness(1.03)}
.digits{font:650 21px/1.2 var(--mono);letter-spacing:.14em}
.code.newest{background:linear-gradient(135deg,#1f6fe8,#0d4cc4);color:#fff;padding:13px 18px;box-shadow:0 4px 14px light-dark(#1060e04d,#0006)}
.code.newest .digits{font-size:31px}
.said{min-width:3.6em;text-align:left}
.refusal{margin:9px 0 0;padding:8px 12px;border-radius:11px;background:var(--bad-tint);font-size:13px;display:grid;gap:3px;justify-items:start}
.refusal code{color:var(--bad);font-size:12.5px;font-weight:600;overflow-wrap:anywhere}
.reply{display:flex;gap:10px;padding:10px 16px 12px;background:var(--panel);border-top:1px solid var(--line);align-items:flex-end;flex:none}
.reply textarea{flex:1;min-width:0;resize:none;field-sizing:content;max-height:120px;min-height:42px;border:1px solid var(--line);background:var(--soft);border-radius:21px;padding:9px 16px}
.send{width:42px;height:42px;border-radius:50%;background:var(--accent);color:var(--accent-ink);display:grid;place-items:center;flex:none}
.send:hover{filter:brightness(1.1)}
.inspector{grid-area:inspector;background:var(--panel);border-left:1px solid var(--line);display:flex;flex-direction:column;min-width:0;min-height:0}
.facts{flex:1;overflow-y:auto;min-height:0;padding:14px 16px 24px}
*+.pairs{margin-top:12px}
.facts .refusal{margin-top:0}
.pairs{display:grid;grid-template-columns:auto minmax(0,1fr);gap:4px 14px;font-size:13px}
.pairs dt{color:var(--dim)}
.pairs dd{overflow-wrap:anywhere;font-family:var(--mono);font-size:12.5px;display:flex;flex-wrap:wrap;gap:4px}
.value{unicode-bidi:isolate;background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:0 6px;white-space:pre-wrap}
.part{border-top:1px solid var(--line);margin-top:14px;padding-top:12px}
.part h3{font-size:14px;font-weight:650}
.part>h3{display:flex;justify-content:space-between;align-items:center}
summary{cursor:pointer;border-radius:6px}
summary h3{display:inline}
summary::marker{color:var(--dim)}
h4{font-size:12px;font-weight:600;color:var(--dim);display:flex;align-items:center;gap:8px;margin:12px 0 5px;min-height:24px}
.mini{font-size:12px;font-weight:500;color:var(--dim);display:inline-flex;align-items:center;gap:4px;padding:2px 8px;border:1px solid var(--line);border-radius:8px;background:var(--panel);white-space:nowrap}
.mini:hover{color:var(--ink);background:var(--hover)}
.mini svg{width:13px;height:13px}
h4 .mini{margin-left:auto}
pre{margin:0;font-size:12px;line-height:1.6;padding:10px 12px;background:var(--soft);border:1px solid var(--line);border-radius:11px;overflow:auto;max-height:340px;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2}
pre i{font-style:normal;color:light-dark(#8a2a94,#dfa2ec)}
pre .s{color:light-dark(#0b6b45,#86d8ae)}
pre .n{color:light-dark(#a04a00,#f0b27a)}
.start{font:12.5px/1.5 var(--mono);margin-top:8px;word-break:break-all}
.line{margin-top:9px}
.line li{display:grid;grid-template-columns:62px 1fr;gap:22px;position:relative;padding-bottom:12px;font-size:13px}
.line li::before{content:"";position:absolute;left:69px;top:6px;width:9px;height:9px;border-radius:50%;background:var(--good)}
.line li::after{content:"";position:absolute;left:73px;top:18px;bottom:-4px;width:1px;background:var(--line)}
.line li:last-child{padding-bottom:0}
.line li:last-child::after{display:none}
.line li.bad::before{background:var(--bad)}
.line time{color:var(--dim);font-variant-numeric:tabular-nums}
.line code{font-size:12px;color:var(--dim);margin-left:8px;overflow-wrap:anywhere}
.line small{display:block;color:var(--dim);font-size:12.5px}
.verdict{display:flex;gap:8px;align-items:flex-start;font-size:13.5px;font-weight:600;color:var(--good);background:var(--good-tint);border-radius:11px;padding:9px 12px;margin-top:9px}
.verdict code{display:block;font-size:12px;overflow-wrap:anywhere}
.verdict.refused{color:var(--bad);background:var(--bad-tint)}
.verdict.skipped{color:var(--dim);background:var(--soft)}
.hint{font-size:13px;margin-top:8px;padding:8px 12px;border-radius:11px;background:light-dark(#fff6dd,#362b10)}
.lines{border:1px solid var(--line);border-radius:11px;overflow:hidden}
.lines li{padding:6px 12px 7px;border-top:1px solid var(--line)}
.lines li:first-child{border-top:0}
.lines .label{font-size:11.5px;color:var(--dim);display:flex;justify-content:space-between;gap:8px}
.lines code{font-size:12px;overflow-wrap:anywhere;display:block}
.mark{color:var(--good);display:inline-flex;align-items:center;gap:3px;white-space:nowrap}
.mark svg{width:12px;height:12px}
.differs{background:var(--bad-tint)}
.differs .mark{color:var(--bad)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:8px 14px;margin-top:2px}
.cell small{font-size:11px;color:var(--dim);display:block}
.guide{height:100%;overflow-y:auto;padding:clamp(20px,5vh,56px) 20px;display:flex;flex-direction:column;gap:16px;align-items:center}
.guide>*{width:min(680px,100%)}
.lead{text-align:center;padding-bottom:6px}
.lead h2{font-size:23px;letter-spacing:-.01em;margin-top:14px}
.lead p{color:var(--dim)}
.pulse{display:inline-block;width:16px;height:16px;border-radius:50%;background:var(--accent);animation:pulse 2s infinite}
@keyframes pulse{0%{box-shadow:0 0 0 0 light-dark(#1060e073,#78aeff73)}80%,100%{box-shadow:0 0 0 22px #0000}}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,260px),1fr));gap:12px}
.card,.snippet{background:var(--panel);border:1px solid var(--line);border-radius:16px;padding:13px 16px;box-shadow:var(--shadow)}
.card{display:grid;align-content:start;grid-template-columns:minmax(0,1fr) auto;gap:2px 8px;align-items:center}
.card small{grid-column:1/3;color:var(--dim);font-size:12.5px}
.card code{font-size:14px;font-weight:600;overflow-wrap:anywhere}
.snippet pre{white-space:pre;overflow-wrap:normal}
.snippet h3{font-size:13.5px;display:flex;justify-content:space-between;align-items:center;margin-bottom:8px}
dialog{border:1px solid var(--line);border-radius:18px;background:var(--panel);color:var(--ink);padding:20px 24px;box-shadow:0 20px 60px #0005;max-width:min(420px,92vw)}
dialog::backdrop{background:#0b111c80}
dialog dl{display:grid;grid-template-columns:auto 1fr;gap:8px 18px;margin:14px 0;font-size:14px}
dialog dt{display:flex;gap:4px;align-items:start}
dialog p{margin-top:8px;color:var(--dim)}
dialog form{display:flex;justify-content:flex-end;gap:8px;margin-top:16px}
dialog button{padding:7px 16px;border-radius:10px;border:1px solid var(--line);background:var(--soft)}
dialog .danger{background:light-dark(#c4262e,#a5333a);color:#fff;border-color:transparent}
.toast{position:fixed;left:50%;bottom:84px;transform:translate(-50%,14px);background:light-dark(#18212f,#e7ecf3);color:light-dark(#fff,#111822);padding:9px 18px;border-radius:12px;font-size:14px;opacity:0;pointer-events:none;transition:opacity .15s,transform .15s;max-width:92vw;overflow-wrap:anywhere;z-index:5}
.toast.bad{background:#b3232b;color:#fff}
.toast.shown{opacity:1;transform:translate(-50%,0)}
@media (max-width:1119px){
#app.inspecting{grid-template-columns:minmax(260px,320px) minmax(0,1fr);grid-template-areas:"bar bar" "side inspector"}
#app.inspecting .main{display:none}
}
@media (max-width:759px){
#app,#app.inspecting{grid-template-columns:minmax(0,1fr);grid-template-areas:"bar" "pane"}
.side,.main,.inspector{grid-area:pane;border:0}
#app.inspecting .main{display:block}
#app:not([data-pane=list]) .side,#app:not([data-pane=thread]) .main,#app:not([data-pane=inspector]) .inspector{display:none!important}
#app[data-pane=list]:has(#guide:not([hidden]) .lead) .side{display:none!important}
#app[data-pane=list]:has(#guide:not([hidden]) .lead) .main{display:block!important}
.narrow{display:grid}
h1 small{display:none}
.bar{gap:6px;padding:6px 8px 6px 12px}
.head{padding:8px 10px}
#texts{padding:12px}
.reply{padding:8px 10px}
.plain{padding:0 6px}
}
@media (max-width:419px){.live{font-size:0;gap:0}}
`;
