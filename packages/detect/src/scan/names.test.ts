import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.ts';

const detector = createDetector({ fingerprintKey: new Uint8Array(32).fill(9) });

/** Texts with the value that must go between ‹ and ›. */
const SECRETS = [
  'password=‹hunter2!›',
  'Password: ‹Tr0ub4dor&3›',
  'login ok user=bob password=‹s3cr3t-w0rd› ip=10.0.0.1',
  '{"user":"bob","password":"‹swordfish›"}',
  '{"level":"info","msg":"x","api_key":"‹q8Zk2Lw9Xc›"}',
  "config = {'passwd': '‹opensesame9›'}",
  'DB_PASSWORD=‹swordfish›',
  'export PGPASSWORD=‹swordfish› && psql',
  'MY_API_KEY="‹a8f5f167f44f4964e6c998dee827110c›"',
  'db_password_prod: ‹x7!kLm20›',
  'apiKey: "‹9f8e7d6c5b4a39281706›",',
  'const apiKey: string = "‹9f8e7d6c5b4a39281706›";',
  'password: str = "‹opensesame9›"',
  'os.environ["API_KEY"] = "‹9f8e7d6c5b4a39281706›"',
  'client_secret = SecretStr("‹9f8e7d6c5b4a39281706›")',
  'https://api.example.com/v1?api_key=‹abc123def9›&limit=5',
  'GET /cb?code=‹4f8a9b2c1d7e6f5a› HTTP/1.1',
  'GET /x?token=‹eZ82hs72Kw› HTTP/1.1',
  '/download?expires=1700000000&sig=‹Zm9vYmFyYmF6MTIz›',
  'Server=db;Database=x;User Id=sa;Password=‹Sw0rdf1sh!›;Encrypt=true',
  'x-api-key: ‹d41d8cd98f00b204e980›',
  "curl -H 'X-Api-Key: ‹d41d8cd98f00b204e980›' https://x.example",
  'Authorization: Token ‹9f8e7d6c5b4a39281706›',
  'Authorization: Basic ‹dXNlcjpwYXNzd29yZA==›',
  'proxy-authorization: Basic ‹dXNlcjpwYXNzd29yZA==›',
  'Cookie: ‹session=8f7a6b5c4d3e2f1a; theme=dark›',
  'set-cookie: ‹sid=8f7a6b5c4d3e2f1a; Path=/; HttpOnly›',
  'mysqldump --user root --password=‹swordfish› shop',
  'tool --token ‹9f8e7d6c5b4a› run',
  'args: ["--api-key", "‹9f8e7d6c5b4a39281706›"]',
  '<password>‹swordfish9›</password>',
  '**Password:** ‹Tr0ub4dor3›',
  'the api key ‹9f8e7d6c5b4a39281706f5e4d3c2b1a0› was revoked',
  'passphrase: "‹correct horse battery staple›"',
  'spring.datasource.password=‹Sw0rdf1sh9›',
  'alchemy_key = "‹v9Sswdzc2it8Axf4jxwqt7h9›"',
  '"name":"x-auth-token","value":"‹9f8e7d6c5b4a3928›"',
  '{"key":"db.password","value":{"stringValue":"‹swordfish7›"}}',
  'GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=‹9f8e7d6c5b4a39281706f5e4d3c2b1a0› HTTP/1.1',
  'JSESSIONID=‹9F8E7D6C5B4A39281706F5E4D3C2B1A0›',
  'token：‹9f8e7d6c5b4a39281706›，谢谢',
  '密码：‹hunter2!›，谢谢',
  '{"密码":"‹swordfish›"}',
  '我的密钥是：‹9f8e7d6c5b4a39281706›。',
  'パスワード：‹Tr0ub4dor3›',
  'hunter_password=‹p@ss w›'.replace(' w›', '9w›'),
  "{'Authorization': 'ApiKey ‹9f8e7d6c5b4a39281706›'}",
  "os.environ.get('DJANGO_SECRET_KEY', '‹wwf*2#86t64!fgh6yav$aoe›')",
  'define( "DB_PASSWORD", "‹Sw0rdf1sh9›" );',
  'System.getenv("API_KEY") ?: "‹9f8e7d6c5b4a39281706›"',
  "const key = process.env.API_KEY || '‹9f8e7d6c5b4a39281706›';",
  'buildConfigField("String", "API_KEY", "\\"‹9f8e7d6c5b4a39281706›\\"")',
  'xhr.setRequestHeader("x-api-key", "‹9f8e7d6c5b4a39281706›")',
  'AZURE_STORAGE_CONNECTION_STRING="‹Endpoint=x;Password=Abc12345;User=y›"',
];

/** In events these are cut out as well, but nobody is told of them. */
const DOUBTFUL = [
  'token = 20e9817b9c5ddde1b0cec7622bfc557dbc823791',
  'token: 52acf265-3fc6-4ecd-304a-15940bd04653',
  'postgres://user:password@db7.internal/shop',
  'mysql://app:secret@mysql.example.com/shop',
  'mongodb://mongodb:mongodb@localhost/shop',
  'SK_API=sk-proj-abcdefghijklmnopqrstuvwxyz0123456789',
  // In two parts: it has the form of a real one.
  `STRIPE=${'sk_live'}_abcdefghijklmnopqrstuvwxyz123456`,
  'PROOF_API_KEY=prf_test_AbCdEfGhIjKlMnOpQrStUvWxYz12',
  'DEEPGRAM_API_KEY=948c19ecde2818a1a357fffb14d2fc2a',
  'MINIMAX_API_KEY=sk-uBf3S6jw9Akw0X6u9KDygGb5rDn1LdZ7G3mVtvHhQb7x0sMn',
  `base64: ${btoa('{"gsk":"gsk_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}')}`,
];

/** Texts in which nothing may be found. */
const ORDINARY = [
  'my password is not working',
  'I forgot my password, can you reset it?',
  'The token limit is 4096 tokens; max_tokens=4096',
  'Password: must be at least 8 characters',
  'password must contain a digit: 8-16 characters',
  'password = os.environ["PW"]',
  'password = getpass.getpass("Password: ")',
  'token: string',
  'token: str | None = None',
  'createFrom(googleCredentials: OAuth2Client): CallCredentials;',
  'getPublicKey: (secretKey: Uint8Array) => Uint8Array;',
  'connect(host=host, user=user, password=password)',
  'api_key = config.api_key',
  'api_key=os.getenv("OPENAI_API_KEY")',
  'const token = await getToken(user);',
  'getenv("API_KEY", "changeme")',
  'headers.set("x-api-key", apiKey)',
  'define("SECRET_KEY", "put your unique phrase here")',
  'process.env.NODE_ENV || "production"',
  "const password = process.env.DB_PASSWORD || 'not-set'",
  'auth = "redis://cache:6379/0"',
  'if (password == null) throw new Error("password required");',
  'const { password, token } = req.body;',
  'password=self.password, secret=args.secret',
  'OPENAI_API_KEY=your-api-key-here',
  'OPENAI_API_KEY=<your key>',
  'export API_KEY=$MY_KEY',
  'password: ********',
  'password=[redacted] token=<redacted> secret="***"',
  'api_key: {{ secrets.API_KEY }}',
  '"password": null, "token": "", "secret": true',
  '"password": {"type": "string", "description": "The password of the user"}',
  '"token_type":"bearer","expires_in":3600',
  '"input_tokens": 12, "output_tokens": 34, "total_tokens": 46',
  '{"token":" hello","logprob":-0.31,"bytes":[32,104]}',
  'authorization_code_flow: true',
  'authorization: required',
  'The authorization server returned an error: access_denied',
  'trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7',
  'request_id: 123e4567-e89b-42d3-a456-426614174000',
  'ulid 01ARZ3NDEKTSV4RRFFQ69G5FAV',
  'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"',
  'commit 8f2b1c9d0e7a6f5b4c3d2e1f0a9b8c7d6e5f4a3b',
  'pod/api-server-7d9f8b6c5d-x2k4q Running',
  '2026-01-01T00:00:00.123456789Z',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'cache_key: 9e107d9d372bb6826bd81d3542a419d6',
  'partition_key=123e4567-e89b-42d3-a456-426614174000',
  'primary_key=True, foreign_key=users.id',
  'idempotency-key: 123e4567-e89b-42d3-a456-426614174000',
  'prompt_cache_key: user-4711-v2',
  'next_page_token: CAUQAA9f8e7d6c5b4a39281706',
  'eos_token: </s> pad_token: <pad>',
  'chatcmpl-9Zk2Lw9Xc8f7a6b5c4d3e2f1a0b9c resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
  'call_9Zk2Lw9Xc8f7a6b5c4d3e2f1 toolu_01A09q90qw90lq917835lq9',
  'PASS: 12 tests, FAIL: 0',
  'pass=12 fail=3',
  'bypass: enabled, compass: north',
  'https://example.com:8443/path?a=1#x',
  'see https://en.wikipedia.org/wiki/Password and mailto:a@b.example',
  'git@github.com:owner/repo.git',
  'secretary: Mary Smith',
  'The secret: always add a pinch of salt.',
  'Keyboard shortcut: Ctrl+Shift+K',
  'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")',
  'Bearer authentication is described in RFC 6750',
  'Basic understanding of algebra: required',
  'basic auth: see the manual',
  'cookies: 40 peanut butter cookies + 30 = 70',
  'PWD=/home/user/project',
  'Authorization: AWS4-HMAC-SHA256',
  'sk-learn, task-force, risk-adjusted returns',
  'private_key_path=/etc/ssl/private/server.key',
  'public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8Zk2Lw9Xc8f7a6b5c4d3e2f1a0b9c8d7e6f5',
  'password_reset_url: https://example.com/reset',
  'io.jsonwebtoken:jjwt-jackson-0.11.2',
  '用户忘记了密码，请重置密码。',
  '密码：必须包含数字',
  '令牌：词元的另一种说法',
  '# token: the smallest unit of text',
  'def login(username: str, password: str) -> Token:',
  'SELECT password FROM users WHERE id = ?',
  'at com.example.TokenService.validate(TokenService.java:42)',
];

describe('a value with a telling name', () => {
  it.each(SECRETS)('%s', (marked) => {
    const text = marked.replace(/[‹›]/g, '');
    const expected = /‹(.*)›/.exec(marked)![1]!;
    const found = detector.scan(text);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([expected]);
    expect(detector.mayHold(JSON.stringify(text))).toBe(true);
  });
});

describe('nothing is found in', () => {
  it.each(ORDINARY)('%s', (text) => {
    expect(detector.scan(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`)).toEqual(
      [],
    );
  });
});

describe('of a doubtful one nobody is told, and events lose it all the same', () => {
  it.each(DOUBTFUL)('%s', (text) => {
    const { findings, suppressed } = detector.explain(text);
    expect(findings).toEqual([]);
    expect(suppressed.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:form|example)$/)]),
    );
    expect(detector.scrubText(text).found).not.toEqual([]);
  });
});
