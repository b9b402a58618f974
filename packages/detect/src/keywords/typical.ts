/**
 * Text of the kind that rows hold, with no secret in it: names of members, prose, addresses, stack traces, and the words
 * that prose and programs use most. What is frequent here makes a bad anchor for a keyword.
 */
export const TYPICAL = `
{"time":"1736121600123456789","kind":"log","service":"chat-api","operation":"/api/v0/chat/completion","severity":"info",
"status":"","provider":"openai","model":"gpt-4o-mini","duration_ns":1871830067,"input_tokens":61,"output_tokens":111,
"trace_id":"6ac627e851ea6bcdb47c25453fd3afbc","span_id":"f5d52c45e1e5cd43","parent_span_id":"0123456789abcdef",
"conversation_id":"ce1cd902-1a2c-429b-a706-e6cc7962e1df","session_id":"137c1d14-187b-484f-a5e7-07bfddcb1dd4",
"user_id":"21917760","finish_reasons":["stop"],"body":"request completed in 231 ms","input":[{"role":"system","parts":
[{"type":"text","content":"You are a helpful assistant. Answer in English."}]},{"role":"user","parts":[{"type":"text",
"content":"Could you please tell me how the other people who were there would have thought about this question?"}]}],
"output":[{"role":"assistant","parts":[{"type":"text","content":"Of course. There are several things that you should
consider before making a decision: first, the time and the money which it takes; second, what your friends and their
children want; and third, whether another place might be better for everyone. Some of these are more important than
others, because they cannot be changed later. In particular, an early start gives you more room for mistakes, while
waiting may be the more comfortable choice. According to most of the experts, about half of all projects like yours are
finished within the first year, often with better results than were expected at the beginning."}]}],"attributes":
{"_source":"{\\"chat_session_id\\":\\"40097210-2d41-41f3-ac48-8e34152dc569\\",\\"user_id\\":92146075,\\"ip\\":
\\"171.58.80.6\\",\\"bot\\":{\\"model\\":\\"chat\\",\\"temperature\\":0,\\"locale\\":\\"en\\"}}","message_id":
"f8138f6f86e80e57724dea20","title":"Planning a trip","pod":"prompt-cache-38011f-21kzt","elapsed_ms":1532,"request_id":
"dcc869af32e9e8c01463b7c1f5263283","http.method":"POST","http.route":"/v1/messages","http.status_code":200,
"url.full":"https://service.internal.example/v1/users/42/messages?limit=20&offset=40","net.peer.ip":"10.0.3.17",
"user_agent.original":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","host.name":"ip-10-0-3-17.ec2.internal",
"process.pid":4711,"thread.name":"worker-3","code.function":"handleRequest","code.filepath":"/app/src/server/index.ts",
"exception.type":"TimeoutError","exception.message":"the upstream did not answer in time","exception.stacktrace":
"Error: connect ECONNREFUSED 127.0.0.1:6379\\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)\\n
    at async Promise.all (index 0)\\n  File \\"/usr/lib/python3.11/site-packages/requests/adapters.py\\", line 519, in send",
"db.system":"postgresql","db.statement":"SELECT id, name, created_at, updated_at FROM documents WHERE owner = $1 ORDER BY
created_at DESC LIMIT 50","messaging.system":"kafka","k8s.pod.name":"inference-router-239c08-df5iw","k8s.namespace.name":
"production","k8s.deployment.name":"gateway","cloud.region":"us-east-1","container.id":"0ab1c2d3e4f5","retry_count":0,
"cache_hit":true,"queue_depth":12,"latency_ms":48,"tokens_per_second":52.4,"prompt_tokens":812,"completion_tokens":256,
"total_tokens":1068,"feature_flags":["new-editor","fast-path"],"experiment":"control","tenant":"acme","plan":"free"},
"resource":{"service.version":"2.14.0","telemetry.sdk.language":"nodejs","deployment.environment":"staging"}}
level=warn ts=2025-01-06T08:00:00.123Z caller=compactor.go:412 msg="compaction finished" keys=3140 tombstones=2203 duration=1.2s
INFO 2025-01-06 08:00:00,123 [main] com.example.orders.OrderService - processed 15 orders for customer in 320 milliseconds
127.0.0.1 - - [06/Jan/2025:08:00:00 +0000] "GET /static/app.js HTTP/1.1" 200 5316 "https://www.example.com/" "Mozilla/5.0 (Windows NT 10.0; Win64)"
2025-01-06T08:00:00.123Z\tERROR\thandler/upstream.go:88\trequest failed\t{"status": 502, "attempt": 3, "took_ms": 1532, "usage": 1.25}
Jan  6 08:00:00 host kernel: [12345.678901] eth0: link up, 1000Mbps, full-duplex; opt/app/current/bin/run --config=/etc/app/config.yml
{"id":"chatcmpl-1","object":"chat.completion","created":1736121600,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant",
"content":"Sure!"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":812,"completion_tokens":256,"total_tokens":1068}}
the be to of and a in that have it for not on with he as you do at this but his by from they we say her she or an will my one all would there
their what so up out if about who get which go me when make can like time no just him know take people into year your good some could them see
other than then now look only come its over think also back after use two how our work first well way even new want because any these give day
most us is are was were been being has had did does doing said says made makes making going goes went gone coming came takes taking taken found
find finds used uses using useful seen seems seem looks looking wanted needs need needed feel feels felt tried trying try ask asked asking
great best better little small large big long short old young high low different same important right left few many much more less least every
each both either neither such own still never always often sometimes usually again once here where why through between under above below around
during before since until while without within against toward among across along behind beyond near despite although though however therefore
something anything nothing everything someone anyone everyone please thank thanks sorry hello today tomorrow yesterday week month morning evening night
question answer problem solution example reason result results change changes point points part parts place places case cases group company system
systems program number numbers word words name names line lines list table page pages book story letter letters person children woman women man men
family friend friends student school house home city country state states world water food money business market price cost costs power energy light
health body hand hands head face eye eyes life death love history science research study university language english chinese music picture game team
following follow follows including includes include consider considering depends depending possible probably perhaps certainly definitely especially
understand understanding understood learn learning teach teaching write writing written wrote read reading reads speak speaking talk talking tell telling
start started starting begin began beginning stop stopped stopping continue continued end ended ending open opened close closed create created creating
provide provided provides providing support supported supports allow allowed allows help helped helps helping improve improved increase increased reduce
ensure ensures ensuring require required requires requirement requirements recommend recommended suggestion suggestions option options choice choose
step steps method methods approach process processes practice practices experience skills knowledge information content context data details detail
response responses request requests server servers client clients service services connection connections database databases query queries user users
message messages error errors warning warnings failed failure failures success successful successfully timeout timeouts retry retries retrying attempt
attempts exception exceptions stack trace caused unable cannot could not expected unexpected received sent sending send reading invalid missing unknown
unavailable denied forbidden unauthorized authentication authorization permission permissions session sessions account accounts address addresses email
completed completing completion complete finished processing processed handling handled handler running run runs worker workers thread threads queue
queues cache cached memory disk storage store stored stores file files folder directory path paths upload uploaded download downloaded version versions
update updated updates upgrade deploy deployed deployment deployments container containers cluster clusters node nodes instance instances region regions
production development staging environment configuration config settings setting parameter parameters argument arguments function functions class classes
object objects value values type types string strings array integer boolean null undefined true false default defaults return returned returns module
modules package packages import export library framework application applications component components interface interfaces element elements event events
usage model models prompt prompts token tokens input output system assistant role temperature sampling generated generation inference embedding embeddings
feedback sentence sentences paragraph describe described description explain explained explanation translate translation summary summarize compare
organization operation operations transaction transactions payment payments order orders customer customers product products invoice shipping delivery
started listening shutdown connected disconnected heartbeat healthy unhealthy metrics latency duration elapsed seconds milliseconds minutes hours bytes
`;
