import { words } from '../template.ts';

/** Chinese vocabulary: two to four characters a word. */
export const CHINESE = {
  surname:
    words(`王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 欧阳
    司马 诸葛 上官 夏侯 慕容 尉迟 东方`),
  given:
    words(`子涵 梓萱 浩然 欣怡 雨桐 俊杰 思远 晓明 建国 丽华 婉清 志强 若曦 宇航 佳琪 明哲 诗涵 博文 雅静 天佑 凌云 海燕 春梅
    文轩 紫薇 立新 玉兰 景行 沐阳 知夏 清扬 怀瑾 书瑶 承泽 念慈 云帆 秋实 雪莹 鸿飞`),
  city: words(`杭州 成都 武汉 西安 苏州 青岛 长沙 厦门 昆明 哈尔滨 南京 重庆 大连 珠海 贵阳 兰州 合肥 福州 洛阳 桂林 拉萨 三亚
    无锡 宁波 沈阳 济南 扬州 绍兴`),
  company:
    words(`远航科技 蓝湖数据 青禾教育 云杉物流 星河传媒 正阳律师事务所 和安医院 银杏书店 百川能源 松果旅行社 飞鹭航空
    长桥证券 白鹿餐饮 金穗保险`),
  person:
    words(`妈妈 爸爸 奶奶 外公 老板 同事 室友 房东 女儿 儿子 表弟 邻居 班主任 客户 前男友 闺蜜 丈夫 妻子 导师 医生 实习生
    舅舅 姑姑 领导 学生 供应商`),
  day: words('周一 周二 周三 周四 周五 周末 明天 后天 下个月 年底 春节前 国庆期间 昨晚 今早 上周 月初'),
  number: Array.from({ length: 200 }, (_, index) => String(3 + index * 11)),
  small: words('两 三 四 五 六 七 八 九 十 十二 十五 二十 三十 五十'),
  money: Array.from({ length: 120 }, (_, index) => `${index * 85 + 60}元`),
  adjective:
    words(`简单 复杂 温柔 紧张 清楚 模糊 昂贵 便宜 安静 热闹 专业 幽默 正式 随意 严格 灵活 新鲜 陈旧 稳定 脆弱 明亮
    潮湿 干燥 细腻 粗糙 完整 零散 可靠 尴尬 真诚 冷淡 勇敢 急促 缓慢 普通 特别 传统 现代 精致 朴素 漫长 短暂 合理 荒唐 及时
    隐私 公开 疲惫 焦虑 兴奋 失落 平静`),
  adverb: words(
    '仔细 慢慢 尽快 稍微 逐步 偷偷 反复 彻底 大概 经常 偶尔 尤其 主动 耐心 悄悄 直接 重新 提前 按时 始终',
  ),
  verb: words(`解释 比较 改写 总结 翻译 优化 检查 估算 整理 描述 规划 简化 列出 审阅 计算 起草 准备 扩展 验证 评价 安排 推荐 分析
    设计 回复 模拟 归纳 举例 对比 润色`),
  past: words(
    '忘记了 买了 拒绝了 弄丢了 取消了 修好了 推迟了 删除了 卖掉了 签了 退掉了 投诉了 发现了 借走了 打碎了 上传了 错过了 收到了',
  ),
  idea: words(`预算 习惯 理由 记忆 压力 自由 进度 建议 证据 友谊 身份 规律 隐私 质量 责任 风格 传统 价值 风险 效率 耐心 目标 分寸
    经验 误会 情绪 期限 规则 细节 结果 心态 边界 代价 机会`),
  link: words('所以 但是 因为 虽然 如果 于是 而且 不过 然后 否则 只要 除非 其实 另外 接着 最后 反而'),
  modal: words('可以 应该 必须 不能 不妨 愿意 需要 打算 不敢'),
} as const;

/** Topics: nouns and what one does with them. */
export const CHINESE_TOPICS: readonly { things: readonly string[]; actions: readonly string[] }[] = [
  {
    things:
      words(`红烧肉 豆瓣酱 馄饨 糯米 桂花糕 火锅底料 酸菜鱼 面团 烤箱 生抽 花椒 腊肠 汤圆 茄子 莲藕 冬瓜 排骨汤 米酒 芝麻酱
      凉皮 春卷 虾仁 紫薯`),
    actions: words('炖煮 腌制 发酵 翻炒 清蒸 焯水 油炸 调味 冷藏 切片'),
  },
  {
    things:
      words(`数据库 接口文档 缓存 爬虫 正则表达式 线程池 编译器 前端页面 日志 微服务 算法题 递归函数 内存泄漏 消息队列 权限系统
      单元测试 容器镜像 小程序 指针 负载均衡 模型权重 推理服务 提示词`),
    actions: words('重构 部署 调试 压测 迁移 加密 封装 上线 回滚 优化'),
  },
  {
    things:
      words(`签证 高铁票 民宿 古镇 雪山 行李箱 自驾路线 景区门票 海鲜市场 青旅 博物馆 温泉 帐篷 护照 航班 夜市 攻略 缆车 湿地
      草原 沙漠 渡轮`),
    actions: words('预订 改签 打卡 徒步 拍照 露营 退款 导航 避雷 拼车'),
  },
  {
    things:
      words(`失眠 体检报告 胃镜 过敏 颈椎 维生素 感冒药 血压 偏头痛 中药 疫苗 牙齿矫正 孕检 抑郁量表 近视 膝盖 血糖 化验单 针灸
      皮疹 心率 处方`),
    actions: words('缓解 复查 治疗 预防 热敷 服用 监测 挂号 忌口 休息'),
  },
  {
    things:
      words(`租房合同 押金 劳动仲裁 离婚协议 遗产 欠条 社保 公积金 违约金 律师函 监护权 商标 发票 借款 产权证 竞业协议 赔偿
      起诉书 公证书 保险单`),
    actions: words('申诉 续签 解除 公证 追讨 协商 转让 报销 缴纳 维权'),
  },
  {
    things:
      words(`毕业论文 期末考试 文言文 三角函数 英语作文 化学方程式 面试 简历 周报 述职报告 演讲稿 实验数据 读书笔记 奖学金 志愿
      考研 年终总结 会议纪要 项目计划 调研问卷`),
    actions: words('背诵 润色 答辩 推导 引用 汇报 投递 复习 排版 查重'),
  },
  {
    things:
      words(`婚礼 相亲 彩礼 生日礼物 道歉信 异地恋 家长群 二胎 婆媳关系 分手 宠物猫 金毛 搬家 装修 阳台 绿萝 多肉 吉他 钢琴课
      羽毛球 马拉松 广场舞`),
    actions: words('安慰 道歉 沟通 拒绝 祝福 解释 照顾 布置 练习 陪伴'),
  },
];

export const CHINESE_OPENINGS = [
  '请帮我{verb}一下{thing}的{idea}，{day}之前要给{person}。',
  '我{person}{past}{thing}，现在心里很{adjective}，应该怎么{action}？',
  '{thing}和{thing}有什么区别？我想{adverb}{action}。',
  '写一封{adjective}的信给{surname}{given}，说明{thing}的{idea}，提到{money}和{city}。',
  '为什么{thing}总是很{adjective}？我已经{adverb}{action}了{small}次。',
  '我在{city}的{company}上班，{person}让我{day}{action}{thing}，能不能{verb}一个{adjective}的方案？',
  '给我{small}个关于{thing}的{adjective}点子，不超过{number}字。',
  '假设你是{city}的一位{adjective}的{person}，请{verb}你和{thing}的故事。',
  '{surname}{given}欠我{money}，说{day}还，可是{thing}都{past}，我该{adverb}{action}吗？',
  '不要告诉别人，我{person}的{thing}其实被{surname}{given}{past}。',
  '把下面这段话{verb}得更{adjective}：{thing}需要{action}，{idea}不能丢。',
  '{link}{person}{modal}{action}{adjective}的{thing}，{day}{verb}{idea}？',
  '{surname}{given}{past}{thing}，{link}{adjective}的{idea}{modal}{verb}。',
] as const;

export const CHINESE_ANSWERS = [
  '首先，{adverb}确认{thing}是否{adjective}，然后再{action}。',
  '一般来说，{thing}的{idea}大约需要{number}分钟，费用在{money}左右。',
  '如果{person}觉得{adjective}，可以{day}再{verb}{idea}。',
  '建议把{thing}和{thing}分开处理，这样{idea}会更{adjective}。',
  '在{city}，{small}天内{action}通常是{adjective}的，但要注意{idea}。',
  '亲爱的{surname}{given}：感谢您的{thing}，我会{adverb}{verb}相关{idea}。',
  '总之，{idea}比{idea}更重要，别让{thing}影响您的{idea}。',
  '第{small}步：{adverb}{action}{thing}，并请{person}帮忙{verb}。',
  '这种情况并不{adjective}，很多人在{day}也{past}{thing}。',
  '您可以联系{company}，说明{thing}已经{past}，要求{verb}{idea}。',
  '从{idea}的角度看，{thing}越{adjective}，越要{adverb}{action}。',
  '需要我再{verb}一个更{adjective}的版本吗？',
] as const;

export const CHINESE_COMPOSED = [
  '{link}{adjective}的{thing}{modal}{adverb}{action}。',
  '{link}{person}{past}{thing}，{idea}{modal}{verb}。',
  '{thing}：{money}，{thing}：{number}，{adjective}。',
  '{adverb}{verb}{thing}，{adverb}{action}{thing}，{idea}才会{adjective}。',
  '{city}的{person}{past}{adjective}的{thing}，{link}{idea}很{adjective}。',
] as const;

export const CHINESE_THOUGHTS = [
  '用户想{action}{thing}，语气{adjective}，需要先{verb}{idea}。',
  '这里提到{city}和{money}，应当{adverb}说明{idea}。',
  '注意{thing}与{thing}的{idea}不同，避免{adjective}的表达。',
] as const;
