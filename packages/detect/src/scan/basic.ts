/** Whether `value` is the base64 of `user:password` (RFC 7617). */
export function basicCredentials(value: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{4,4096}={0,2}$/.test(value)) return false;
  try {
    const standard = value.replace(/[-_]/g, (char) => (char === '-' ? '+' : '/')).replace(/=+$/, '');
    return /^[ -~]{0,256}:[ -~\x80-\xff]*$/.test(atob(standard));
  } catch {
    return false;
  }
}
