import type { ReportStatus } from './reports.ts';

/** Text in HTML, inside or outside of quotes. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>${escaped(title)} · Tacet</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/assets/pages.css" />
  </head>
  <body data-page="report">
    <main>
      <p class="mark">Tacet</p>
      <h1>${escaped(title)}</h1>
${main}
    </main>
  </body>
</html>
`;
}

/** The intake form: it works without scripts. `recipient` is an age recipient. */
export function formPage(answerDays: number, recipient: string | undefined): string {
  const encrypted =
    recipient === undefined
      ? ''
      : `        <details>
          <summary>Encrypt it instead</summary>
          <p class="quiet">So that only the people in charge read it, not this server. With <a href="https://age-encryption.org">age</a>:</p>
          <pre>age -a -r ${escaped(recipient)} report.txt</pre>
          <label>
            The encrypted report
            <textarea name="encrypted" rows="6" maxlength="65536" spellcheck="false" placeholder="-----BEGIN AGE ENCRYPTED FILE-----"></textarea>
          </label>
        </details>
`;
  return page(
    'Report a security problem',
    `      <p class="quiet">
        Have you found something of ours that is open, or that leaks? Tell us here; you need no account. A person answers
        within ${answerDays} ${answerDays === 1 ? 'day' : 'days'}. Please send no passwords, keys or data of others: say where they are.
      </p>
      <form method="post" action="/report">
        <label>What is it? <input name="title" required minlength="3" maxlength="200" /></label>
        <label>
          Where? <span>(an address, if there is one)</span>
          <input name="where" maxlength="500" spellcheck="false" />
        </label>
        <label>
          What happens, and how can we see it too?
          <textarea name="details" rows="8" maxlength="20000"></textarea>
        </label>
${encrypted}        <label>
          Your e-mail address <span>(only if you want to hear from us)</span>
          <input name="email" type="email" maxlength="254" autocomplete="email" />
        </label>
        <button type="submit" class="first">Send the report</button>
      </form>`,
  );
}

const STATES = {
  received: 'Received. A person will read it.',
  confirmed: 'Confirmed. It is being worked on.',
  fixed: 'Fixed. Thank you.',
  declined: 'Read, and not seen as a problem of ours.',
} as const satisfies Record<ReportStatus['state'], string>;

const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');

/** What became of a report: nothing of what was written in it. */
export function statusPage({ id, state, received, acknowledged, due, answered }: ReportStatus): string {
  const rows = [
    ['Report', `<code>${escaped(id)}</code>`],
    ['Received', `${day(received)} UTC`],
    ['Acknowledged', `${day(acknowledged)} UTC`],
    answered === undefined ? ['Answer by', `${day(due)} UTC`] : ['Answered', `${day(answered)} UTC`],
  ];
  return page(
    'Your report',
    `      <p class="state">${STATES[state]}</p>
      <dl>
${rows.map(([name, value]) => `        <dt>${name}</dt>\n        <dd>${value}</dd>`).join('\n')}
      </dl>
      <p class="quiet">Keep the address of this page: it is how you see what becomes of your report. It shows nothing of what you wrote.</p>`,
  );
}

/** What was wrong with a report; what was written is still in the form, one step back. */
export function problemPage(message: string): string {
  return page(
    'Your report was not taken',
    `      <p class="problem" role="alert">${escaped(message)}</p>
      <p class="quiet">Nothing is lost: go back in your browser and correct it.</p>`,
  );
}

export function unknownPage(): string {
  return page(
    'There is no such report',
    '      <p class="quiet">Is the address complete? It is shown when a report was sent.</p>',
  );
}
