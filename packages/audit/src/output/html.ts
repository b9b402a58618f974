import { createHash } from 'node:crypto';
import type { AuditReport } from '../audit.ts';
import { type Finding, SEVERITIES } from '../finding.ts';
import { placeText, readableText } from './words.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881;
  --critical: #b3123b; --high: #c2410c; --medium: #a16207; --low: #1d6fb8; --info: #64748b; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; } .when { opacity: .7; }
code { font: .85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; background: var(--soft); padding: .1em .35em; border-radius: .25rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; padding: 0; list-style: none; }
.counts li { border: 1px solid var(--line); border-radius: .5rem; padding: .3rem .8rem; }
.mark { display: inline-block; min-width: 4.6rem; text-align: center; color: #fff; border-radius: .3rem; padding: 0 .5rem; font-size: .8rem; font-weight: 600; }
${SEVERITIES.map((severity) => `.${severity} { background: var(--${severity}); }`).join('\n')}
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 1rem 0; break-inside: avoid; }
dl { display: grid; grid-template-columns: 6.5rem 1fr; gap: .35rem 1rem; margin: .8rem 0 0; }
dt { opacity: .7; } dd { margin: 0; min-width: 0; } dd ul { margin: 0; padding-left: 1.1rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
`;

/** Safe between tags and inside quotes; what an eye cannot see becomes an escape. */
export function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`)
    .replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}

const code = (text: string) => `<code>${escaped(text)}</code>`;
const mark = (severity: string) => `<span class="mark ${severity}">${severity}</span>`;
const list = (items: readonly string[]) => `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
const pair = (name: string, value: string | undefined) =>
  value === undefined ? '' : `<dt>${name}</dt><dd>${value}</dd>`;

const page = (address: string) =>
  /^https:\/\//.test(address)
    ? `<a href="${escaped(address)}" rel="noreferrer">${escaped(address)}</a>`
    : escaped(address);

function article(finding: Finding): string {
  const { check, title, severity, subject, proof, readable, causes, why, fix, references } = finding;
  const cause = (place: (typeof causes & object)[number]) =>
    `${code(placeText(place))}${place.setting ? ` ${escaped(place.setting)}` : ''}${place.excerpt ? `<br>${code(place.excerpt)}` : ''}`;
  return `<article id="f-${finding.fingerprint}"><h3>${mark(severity)} ${escaped(title)}</h3>
<p>${code(subject)}</p><p>${escaped(why)}</p><dl>${[
    pair('Proof', proof && `${code(proof.request)}<br>${code(proof.reply)}`),
    pair('Readable', readable?.length ? list(readable.map((one) => escaped(readableText(one)))) : undefined),
    pair('Cause', causes?.length ? list(causes.map(cause)) : undefined),
    pair('Close it', escaped(fix)),
    pair('Read', references.length > 0 ? list(references.map(page)) : undefined),
    pair('Check', code(check)),
  ].join('')}</dl></article>`;
}

/** One page without scripts that fetches nothing; everything that came from outside is escaped. */
export function reportPage(report: AuditReport, when: Date, version: string): string {
  const { findings, asked, skipped, files } = report;
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const counts = SEVERITIES.map(
    (severity) => `<li>${mark(severity)} ${findings.filter((one) => one.severity === severity).length}</li>`,
  );
  const answers = asked.map(
    ({ subject, verdict, name, version: of }) =>
      `<tr><td>${code(subject)}</td><td>${escaped(name ?? 'unknown')}${of ? ` ${escaped(of)}` : ''}</td><td>${verdict}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer"><title>Exposure audit</title><style>${STYLE}</style></head><body>
<h1>Exposure audit</h1><p class="when">${when.toISOString().slice(0, 16).replace('T', ' ')} UTC, Tacet ${escaped(version)}; services that answered: ${asked.length}, configuration files read: ${files.length}</p>
<ul class="counts">${counts.join('')}</ul>
${findings.length === 0 ? '<p>Nothing was found.</p>' : findings.map(article).join('\n')}
${answers.length > 0 ? `<h2>What answered</h2><table><tr><th>where</th><th>service</th><th>verdict</th></tr>${answers.join('\n')}</table>` : ''}
${skipped.length > 0 ? `<h2>Not probed</h2>${list(skipped.map(({ host, address, reason }) => `${code(host)} ${address ? code(address) : ''} ${reason}`))}` : ''}
</body></html>
`;
}
