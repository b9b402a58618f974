/** The pairs of letters that make up most of English text and of names in programs. */
const COMMON: ReadonlySet<string> = new Set(
  [
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de',
    'hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr',
    'ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su',
    'id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od',
    'bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp',
    'ua up lu go ht ru ug ds lt pi rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl ny ki rk ys ob mm fu ph',
    'og ms ye ud mb ip ub oi rl gu dr hr cc tw ft wn nu af hu nn eo vo rv nf xp gn sm fl iz ok nl my gl aw',
    'ju oa eq sy sl ps jo ek lf nv je nk kn gs dy hy ze ks xt bs ik dd pe tc wr',
  ].flatMap((line) => line.split(' ')),
);

/** Whether half of `value` or more are words: five letters or more of which most pairs are known. */
export function mostlyWords(value: string): boolean {
  const sample = value.slice(0, 256);
  let inWords = 0;
  for (const [run] of sample.matchAll(/[A-Z]?[a-z]{4,64}|[A-Z]{5,64}/g)) {
    const lower = run.toLowerCase();
    let known = 0;
    for (let i = 1; i < lower.length; i++) if (COMMON.has(lower[i - 1]! + lower[i]!)) known++;
    if (known / (lower.length - 1) > 0.7) inWords += run.length;
  }
  return sample !== '' && inWords >= sample.length / 2;
}

/**
 * Whether the letters of `value` follow one another as in words: the share of pairs, within runs of
 * letters, that English knows. Of random letters about a third are known by chance, of words nearly all.
 */
export function wordlike(value: string): boolean {
  let pairs = 0;
  let known = 0;
  const letters = value.length > 256 ? value.slice(0, 256) : value;
  for (const [run] of letters.matchAll(/[A-Za-z]{2,}/g)) {
    const lower = run.toLowerCase();
    for (let i = 1; i < lower.length; i++) {
      pairs++;
      if (COMMON.has(lower[i - 1]! + lower[i]!)) known++;
    }
  }
  return pairs === 0 || known / pairs > 0.55;
}
