/** What `emulator --help` prints in Chinese: the same flags as in English, in the same order. */
export const EMULATOR_USAGE_ZH = `用法：nestjs-tencentcloud-sms emulator [选项]

在本机模拟腾讯云短信：任何 SDK 都可以连接，不会真正发送短信。

  --port <数字>        监听端口（默认 9753；0 表示任一空闲端口）
  --host <地址>        监听地址（默认 127.0.0.1）；其他地址会把收件箱及其中的验证码暴露到网络
  --allowed-host <名称>  允许访问收件箱的带点域名，如 sms-emulator.default.svc，可多次给出（默认无）
  --tls-cert <文件>    TLS 证书，PEM 格式（默认无：明文 HTTP）
  --tls-key <文件>     证书的私钥，PEM 格式
  --secret-key <密钥>  请求签名所用的 SecretKey（默认 emulator-secret-key）
  --strict             拒绝未添加过的应用、模板和签名，以及超出套餐包的发送
                       （默认：自动接受，套餐包用不完）
  --limits <方式>      号码与接口的频率限制：off（默认）或 tencent-default
  --delivery <时机>    何时产生回执：instant（默认）、realistic（1-8 秒）、slow（1-5 分钟）或 never
  --callback-url <地址>        回执推送地址（默认无）
  --reply-callback-url <地址>  回复推送地址（默认无）
  --echo-context               在回执中带回发送时的 SessionContext，腾讯云需申请开通（默认：不带）
  --record-lag <时长>          查询记录的延迟，如 10m（默认 0）
  --blocked-countries <列表>   不允许发送的国家或地区，如 MY,44（默认无）
  --refusals-at <位置>         模板、签名和空套餐包在何处拒绝：recipients（默认，按号码）
                               或 request（整个请求）
  --templates <文件>           自己的模板：JSON，或导出 smsTemplate 结果的 JavaScript 模块（默认无）
  --faults <列表>              启动时即生效的故障，JSON，如
                               '[{"callback":"duplicated","times":"always"}]'（默认无）
  --seed <文件>                启动时装入的签名和模板，JSON：
                               { "signatures": ["云上小店"], "templates": [{ "id", "kind", "text" }] }
                               （默认无），每项还可带 "market" 和 "state"
  --state <文件>               把通过接口添加的内容保存到该文件，下次启动时恢复（默认无：不保存）
  --keep <大小>                全部保留内容占用的内存，如 64MB（默认）；最旧的先丢弃
  --package-size <数字>        每个应用套餐包的条数（默认 10000）
  --lang <语言>        本帮助的语言：zh-CN、zh 或 en（默认取决于系统语言）
  --help               显示本帮助
  --version            显示版本
`;
