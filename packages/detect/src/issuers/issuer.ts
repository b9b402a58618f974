import type { IssuerRule, Rotation, Severity } from '../rule.ts';

/**
 * Issuers of keys without letters of their own: only the issuer's name beside them tells whose they are.
 * A line of the table is `names | provider | page where its keys are managed`. Names are written without
 * signs; the first gives the kind. Before a name, `*` says that it is an ordinary word too, and more is
 * asked of the value; `-` that logs write ids right after it, so that a word such as `key` must follow.
 * A fourth cell is the form of its keys: `hex:32`, `b62:40`, `low:24`, `w:43`, or an alternative of several,
 * as in template.ts.
 */
export function issuers(opens: string, severity: Severity, rotation: Rotation) {
  return ([table]: TemplateStringsArray): IssuerRule[] =>
    table!
      .trim()
      .split('\n')
      .map((line) => {
        const [names, provider, page, form] = line.split(' | ').map((cell) => cell.trim());
        const written = names!.split(', ');
        const main = written[0]!.replace(/^[*-]/, '');
        return {
          by: 'issuer',
          kind: `${main}-key`,
          provider: provider!,
          opens,
          severity,
          rotation,
          revoke: `https://${page}`,
          fingerprint: true,
          names: written.map((name) => ({
            name: name.replace(/^[*-]/, ''),
            ordinary: name.startsWith('*'),
            alone: !/^[*-]/.test(name),
          })),
          ...(form ? { form: formOf(form) } : {}),
          positive: form
            ? form.split(', ').map((shape) => `${main}_api_key=${shapeOf(shape)}`)
            : [`${main}_api_key=<b62:31>7`, `${main.toUpperCase()} SECRET KEY <low:31>7`],
          negative: [`the ${main} key is in the vault`, `${main}_api_key=your-${main}-key`],
        };
      });
}

const CLASSES: Readonly<Record<string, string>> = {
  hex: '[0-9a-f]',
  HEX: '[0-9A-F]',
  d: '[0-9]',
  low: '[0-9a-z]',
  up: '[0-9A-Z]',
  b62: '[0-9A-Za-z]',
  w: '[\\w-]',
  b64: '[0-9A-Za-z+/]',
};
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** `hex:32` alone is a shape of `template.ts`, too; what is longer has it in angle brackets already. */
function shapeOf(form: string): string {
  return form.includes('<') ? form : `<${form}>`;
}

/** The expression for forms such as `hex:32, EXO<hex:24>`. */
function formOf(forms: string): RegExp {
  const alternatives = forms.split(', ').map((form) =>
    shapeOf(form)
      .replace(/[.+*?^$()[\]{}|\\]/g, '\\$&')
      .replace(/<uuid>/g, UUID)
      .replace(/<(\w+):(\d+)>/g, (_, name: string, count: string) => `${CLASSES[name]}{${count}}`),
  );
  return new RegExp(`^(?:${alternatives.join('|')})$`);
}
