import { words } from '../template.ts';

/** What the back end of the platform is made of. */
export const SERVICES = words(`chat-gateway chat-api inference-router tokenizer-pool session-store user-center
  moderation-api billing-worker web-frontend attachment-service search-plugin rate-limiter feature-flags
  account-risk file-parser audit-export vector-index prompt-cache`);

export const MODELS =
  words(`novamind-chat novamind-r1 novamind-r1-lite novamind-coder-v2 novamind-vl-7b gpt-4o-mini
  claude-3-5-haiku-latest llama-3.3-70b qwen2.5-72b-instruct mistral-small-2501 gemini-2.0-flash text-embedder-v3`);

export const PROVIDERS = words('novamind openai anthropic groq alibaba mistral_ai gcp.gemini novamind');

export const ENDPOINTS =
  words(`/api/v0/chat/completion /api/v0/chat/create_pow_challenge /api/v0/chat/history_messages
  /api/v0/chat_session/create /api/v0/chat_session/fetch_page /api/v0/chat_session/update_title
  /api/v0/chat/edit_message /api/v0/chat/stop_stream /api/v0/chat/message_feedback /api/v0/file/upload_file
  /api/v0/file/fetch_files /api/v0/users/current /api/v0/users/login /api/v0/users/create_sms_verification_code
  /api/v0/users/oauth/google /api/v0/client/settings /internal/v1/moderation/check /internal/v1/router/pick_backend
  /internal/v1/billing/usage/flush /internal/v1/keys/rotate /internal/v1/admin/feature_flags
  /internal/v1/cache/prefix/lookup /internal/v1/embeddings/batch /internal/v1/export/audit /debug/pprof/heap`);

export const DIRECTORIES =
  words(`/opt/novamind/releases/current /data/weights/r1/shards /srv/chat/static/assets
  /var/lib/clickhouse/store /home/deploy/.config/novamind /mnt/cephfs/users/uploads /etc/novamind/conf.d
  /usr/local/share/tokenizers /workspace/jobs/finetune /data/backups/nightly`);

export const FILES =
  words(`config.yaml secrets.env tokenizer.json shard-00017.safetensors upload.pdf routes.toml
  credentials.ini nginx.conf values-prod.yaml invoices.xlsx transcript.docx users.parquet deploy.sh id_rsa.pub`);

export const EXCEPTIONS =
  words(`TimeoutError ConnectionResetError JSONDecodeError KeyError CUDAOutOfMemoryError
  RateLimitExceeded TokenizationError ShardUnavailable UpstreamProtocolError PermissionDenied IntegrityError
  QuotaExhausted StreamClosed InvalidSessionState SchemaMismatch`);

export const MODULES = words(`router.dispatch sessions.repository inference.batcher auth.tokens billing.meter
  storage.blob moderation.rules http.middleware stream.encoder cache.prefix flags.client export.writer queue.consumer
  tokenizer.bpe users.profile`);

export const FUNCTIONS =
  words(`handle_request acquire_slot flush_usage encode_chunk load_session verify_signature
  parse_multipart pick_backend apply_rules commit_offset write_partition decode_message refresh_token retry_with_backoff
  normalise_prompt merge_deltas resolve_tenant enqueue_job`);

export const USER_AGENTS =
  words(`Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36|
  Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.2 Safari/605.1.15|
  Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148|
  Mozilla/5.0 (X11; Linux x86_64; rv:134.0) Gecko/20100101 Firefox/134.0|okhttp/4.12.0|python-requests/2.32.3|
  NovaMind/1.0.7 (Android 14; Xiaomi 2312DRA50C)|curl/8.9.1|NovaMind/1.0.6 CFNetwork/1568.300.101 Darwin/24.2.0`);

/** Templates of plain service lines; slots are of the vocabulary in backendLines. */
export const SERVICE_LINES = [
  'slot acquired queue_depth={n} waited_ms={n} shard={host}',
  'flushed {n} usage records to kafka topic=billing.usage partition={n} offset={n}',
  'upstream {host}:8443 returned {status} after {n} ms, retry {digit} of 3',
  'GET {endpoint} {status} {n}ms bytes={n} upstream={host}',
  'POST {endpoint} {status} {n}ms bytes={n} upstream={host}',
  'loaded {n} tensors from {directory}/{file} in {n} ms',
  'prefix cache hit_ratio=0.{n} evicted={n} resident_mb={n}',
  'session store compaction finished: {n} keys, {n} tombstones, {directory}',
  'rate limit bucket user tier={tier} remaining={n} reset_s={n}',
  'feature flag {module} rolled to {n} permille of {city}',
  'worker {digit} heartbeat late by {n} ms on {host}',
  'opened {directory}/{file} mode=0640 inode={n}',
  'kube probe {module} ready={digit} restarts={digit} node={host}',
  'tokenised {n} characters into {n} tokens with {model}',
  'scheduler drained {n} requests before eviction of {host}',
  'moderation verdict category={verdict} score=0.{n} rule={n} function={function}',
  'slow query {n} ms: SELECT id, title, updated_at FROM chat_sessions WHERE user_id = {n} ORDER BY seq DESC LIMIT {n}',
  'connection pool {module} in_use={n} idle={n} max={n}',
] as const;
