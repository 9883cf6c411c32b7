# ruff: noqa: E501 - lists of words, one alternative after the other, break nowhere sensible
"""The words of requests and of what excuses them, in both languages, on folded text.

Chinese and English stand in one pattern because customers and thieves mix them. ASCII
patterns: a Latin word beside a Chinese character has its boundary there.
"""

from __future__ import annotations

import re
from typing import Final

SENTENCE_END: Final = re.compile(r"[。！？!?\n;；]+|\.(?=\s|$)|(?<=[a-z])\.(?=[a-z]{2,}\s)")
# Said with "not", yet no prohibition: "don't worry", "can't you", "不客气".
NO_NEGATION: Final = re.compile(
    r"\b(?:do not|don'?t|do n't|never|no need to|not|please don'?t) (?:you )?(?:worry|hesitate|forget|fail|delay|panic|be (?:afraid|shy|worried|scared)|fear|stress|wait|miss|skip|ignore|neglect|waste time)\w*(?: (?:to|about) )?"
    r"|\b(?:can'?t|cannot|can not|couldn'?t) (?:you\b|wait|help|proceed|continue|verify|unlock|process|release|restore it|open|do anything|go on|complete|confirm|access|find|locate|see)"
    r"|\b(?:won'?t|why (?:don'?t|not)|would(?: not|n'?t)|if not|not (?:only|just|yet|sure|secure|safe|received|valid|synchroni[sz]ed|verified|able)|no (?:problem|worries|rush|time)|nothing (?:to worry|bad)) ?(?:you\b)?"
    r"|\bor (?:else|you)\b|\bno harm\b|\bnever mind\b|\bunless\b|\bnot (?:be )?(?:able|possible) to\b|\bwithout delay\b|\bdo not (?:close|leave|share this|tell anyone|log ?out|refresh|turn off)\w*"
    r"|(?:别|不要|不用|不必|无需)(?:担心|着急|急|怕|害怕|紧张|慌|忘(?:记|了)?|客气|犹豫|犯愁|关闭?|退出|离开|刷新|告诉(?:别人|家人|任何人))"
    r"|不方便|能不能|可不可以|方不方便|行不行|好不好|是不是|有没有|不妨|要不然?|不然|不仅|不但|不光|不客气|不好意思|不到账|不通过|不一致|不安全|不成功|不同步|不了|收不到|没收到|未收到|来不及|差别|级别|特别|识别|区别|鉴别|个别|分别|别的|不同|不久|不足|不够|不匹配|未完成|未通过|未同步|没问题|没关系|没有问题|没事|不过|只不过|否则|除非",
    re.ASCII,
)
NEGATION: Final = re.compile(
    r"\b(?:never|do not|don'?t|does not|doesn'?t|did not|didn'?t|will not|won'?t|would not|wouldn'?t|cannot|can not|can'?t|must not|mustn'?t|should not|shouldn'?t|may not|need not|needn'?t|not|no ?one|no ?body|none of|no (?:honest |real |genuine |official |legitimate )?(?:support|employee|agent|staff|person|vendor|company|bank|exchange|colleague|technician|wallet|site|app|form|page|human)\w*|no need|neither|nor|without|instead of|rather than|refuse|avoid|stop|beware|careful|nothing|nowhere|no)\b"
    r"|不要|不会|不需|不用|不必|不能|不可|不得|不应|不该|不索|不问|不向|不让|不准|不许|不是|不看|不收|不把|绝不|决不|从不|永不|切勿|请勿|勿|别|无需|无须|毋须|没有|没(?:人|谁)|禁止|严禁|拒绝|避免|谁都不|都不|不|未|无权|小心|警惕|防止",
    re.ASCII,
)
# Where a prohibition ends and something new may be asked.
BREAK: Final = re.compile(
    r"\b(?:but|so|then|just|simply|please|kindly|now|rather|except|until|first|we(?! never| do| will)|i|let|otherwise|instead(?! of)|because|therefore|go ahead)\b|但|不过|而是|所以|因此|现在|除了|只要|只需|仅需|就(?!是|算|不)|再|然后|先|请(?!勿|不|别)|麻烦|直到|才能|除非|我们(?!不|绝|从|永|也不)",
    re.ASCII,
)
ONLY: Final = re.compile(r"only\b|只|就")
COMMA: Final = re.compile(r"[,，:：—–(（)）]| - | and (?!(?:never|not|do not|nobody)\b)|，")
GOVERNED: Final = re.compile(
    r"^\W*(?:ever|even|to|need|you|we|should|support|will|ask|asks|asked|for|anyone|anybody|your|把|将|在|向|对|给|会|要|让|您|你|任何人?|别人|他人|要求|以|用|需|需要|应该|能|主动|\W)*"
    r"(?:enter|type|send|give|share|tell|show|photograph|store|save|keep|take|write|read|post|upload|pay|install|let|reveal|say|put|confirm|ask|need|add|provide|input|disclose|发|告诉|提供|输入|拍|截|说|给|上传|填|转|付|装|保存|存|写|念|透露|索要|要|问|加|助记词|恢复词|私钥|密码|pin|验证码)",
    re.ASCII,
)
OTHERS: Final = re.compile(
    r"\b(?:anyone|anybody|someone|somebody|whoever|everyone|people|person|thie(?:f|ves)|scammers?|fraudsters?|criminals?|caller|they|he|she|crooks?|attackers?|impostors?|strangers?|(?:a|the|this|that|any|every|such|fake|these|those) (?:\w+ )?(?:site|message|mail|e-?mail|letter|link|form|app|call|text|request|pop-?up|page|caller|man|woman|account|person|ad|website|group|post|qr code))\b[^.!?]{0,50}?\b(?:ask|want|demand|request|tell|told|say|said|invite|force|urge|need|instruct|persuade|offer|promise|claim|call|make|made|have you|get you|try|tries|trying|pretend|send)\w*"
    r"|\b(?:asks?|asked|asking|asking you|requests?|wants?|demands?) (?:you )?(?:for|to)\b(?=[^.!?]*\b(?:scam|fraud|thie|steal|fake|lie|trick|phish|hang up|refuse|block|report|ignore|stop|theft)\w*)"
    r"|(?:凡是?|任何|谁|有人|别人|对方|骗子|坏人|自称|所有|陌生人|假客服|冒充|他们?|她|哪怕|一切|不法分子|诈骗分子|网站|页面|来电|邮件|短信|链接|弹窗)[^。！？!?]{0,24}?(?:索要|要求|要您|要你|向您要|向你要|问您|问你|让您|让你|叫您|叫你|请您|骗|诱导|称|说|找您|打电话|联系您|(?<!需)要(?!是)|让|叫)"
    r"|(?:凡是?|谁|任何人|有人|对方|别人)(?:向您|问您|找您|跟您|和您|凭)",
    re.ASCII,
)
PAST: Final = re.compile(
    r"\b(?:did|have|has|had|were|was) (?:you|anyone|anybody|someone|somebody|he|she|they|it|the \w+)\b(?! to)"
    r"|\b(?:if|in case|once|when|whether|since|after) (?:you|anyone|anybody|someone|somebody|they)(?: have| had| has|'ve)? (?:\w+ )?(?:already|ever|sent|entered|shared|typed|gave|given|told|pasted|installed|paid|posted|uploaded|allowed|let them|did)\b"
    r"|\byou(?: have|'ve)? (?:already |just )?(?:sent|entered|shared|typed|gave|given|told|pasted|installed|paid|uploaded)\b",
    re.ASCII,
)
PAST_ZH: Final = re.compile(
    r"是否|有没有|有无|曾经?|是不是|如果|若|要是|一旦|万一|已经?|刚才|刚刚|之前|当时"
)
DONE_ZH: Final = re.compile(r"过(?!来|去|程|户|期|一)|了(?!解)|没有")
YES_NO: Final = re.compile(
    r"\b(?:tell|let|say|answer|reply|respond|write|confirm)\b(?: me| us| know| only| just| simply| with| here|,|\")*[^.!?]{0,24}?(?:\b(?:whether|yes or no|yes/no|\"?yes\"? or \"?no\"?)|\bif (?:you|it|they|the|your)\b)"
    r"|(?:告诉|告知|回复|回答|说|确认|核实|填写?|选择?|发)[^。！？!?]{0,16}?(?:是否|有没有|有无|“?(?:有|是|对|还在)”?(?:或|还是)“?(?:没有|无|否|不)|是或否|是还是否|是或者否|还在不在)",
    re.ASCII,
)
# Words between verb and thing that show the thing is not what is asked for.
APART: Final = re.compile(
    r"\b(?:after|when|before|while|if|because|shown|error|about|where|how|why|whether|once|since|who|which(?! words?)|that (?:asks?|asked|wants?|says?|claims?)|number of|many|ask(?:s|ed|ing)? (?:you )?for|without|never|not|nobody|no one|wants?|wanted|to reset|under your)\b"
    r"|之后|以后|的时候|时候|之前|是否|怎么|如何|为什么|谁|哪里|有没有|没有|忘记|忘了|几次|索要|要求|报错|问题|丢失|泄露|错误|不(?!久|同)|重置",
    re.ASCII,
)
NOT_THE_THING: Final = re.compile(
    r"^ ?(?:attempts?|errors?|prompt|screen|length|resets?|retries|tries|entry|was\b|were\b|has (?:been|leaked)|leaked|lost|stolen|exposed|protects?|alone|belongs?|manager|field|option|only exists?|stays?|cannot|can\b|is (?:safe|lost|still|on paper|complete|yours|never|only|not|stored|written|the (?:only|key))|are (?:safe|lost|still|on paper|yours|never|only|not|stored|written)|in a safe|written|themselves?|settings?|problem|question|issue|for\?|works?\b|yourself|still|requests?|app\b|apps\b)"
    r"|^(?:的(?!内容|照片|截图|每|前|第|顺序|正|反|那张|纸|卡片|本子|全部|备份|图片|单词|\s*$|。|，)|错误|次数|长度|提示|相关|问题|是否|功能|泄露|丢失|怎么|如何|重置|卡片?(?:在|上)|输错|忘|就是|\)?(?:完整|齐全|顺序|清楚|在手)|\([^)]*\)(?:在|完整)|都在|在手|不能|不会|不可|绝|永|被|保管|备份好|写在纸(?!条)|抄在纸|只能|只在|在纸|没有|有没有|可能|已经|已|还在|安全|掌控|在手|由您|归您|等|要收好|无法|时(?!间)|后(?!.{0,6}(?:发|报|告诉|给|提供|填|输|念)))",
    re.ASCII,
)
OWN_DEVICE: Final = re.compile(
    r"\b(?:on|into|in|with|using) (?:the|your|that|this|its|a|my)(?: \w+){0,2} (?:device|ledger|trezor|bitbox\w*|coldcard|keystone|onekey|hardware wallet|signer|buttons?|touch ?screen|nano|safe \d|keypad)(?:'s)?\b|\b(?:device|wallet|ledger|trezor) itself\b|\bon[- ]device\b|\bunlock screen\b"
    r"|\b(?:only|genuine|official|original|itself|own)\b[^.!?]{0,20}\bapps?\b|\b(?:wallet|bank|exchange)(?:'s)?(?: own)? app\b"
    r"|(?:设备|硬件钱包|钱包机|机身|机器|ledger|trezor|bitbox|coldcard|keystone|onekey|硬件)(?:本身|本机|自身|自己)?(?:的?(?:屏幕|按键|实体))?(?:上|里|中|内|本身)|设备本身|在(?:应用|app)(?:里|内|中)|(?:官方|正版|正品|自己的?|银行)(?:的)?[^，,。]{0,10}?(?:应用|app|设备|钱包)(?:内|里|中|上|本身)?",
    re.ASCII,
)
OUTSIDE: Final = re.compile(
    r"\b(?:here|below|us|me|our|this (?:chat|form|page|site|link|box|window|conversation|message|thread|portal)|the (?:chat|form|link|web ?site|web ?page|page|site|portal|box|field|following|tool)|web ?sites?|web ?pages?|portal|form|links?|e-?mail|dm|online|browser|google|telegram|whats ?app|we ?chat|validat\w+|reply)\b|https?:"
    r"|这里|此处|下方|下面|聊天|对话框?|回复|给我|我们|客服|网页|网站|网址|链接|表单|页面|邮件|邮箱|群里|微信|在线|后台|系统|平台|框",
    re.ASCII,
)
OURS: Final = re.compile(
    r"\b(?:us|me|our|here|below|links?|we|i|validat\w+|form|portal|chat)\b|链接|给我|我们的|这里|此处|下方|表单|后台|验证(?!码)|同步",
    re.ASCII,
)
DENIED: Final = re.compile(
    r"\b(?:never|not|no|nor)\b[^,.;!?]{0,60}|(?:不要|别|绝不|切勿|不能|勿|不)[^，,。；;！!？?]{0,30}",
    re.ASCII,
)
TO_US: Final = re.compile(
    r"\b(?:to (?:me|us|support|our \w+|the (?:team|agent|technician))|(?:send|give|tell|show|text|e-?mail|message) (?:me|us)|here\b|below|with (?:me|us)|in (?:this|the) (?:chat|form|box|reply|field))|给我|给客服|发我|发到这|发过来|发来|传来|此处|本页|在此|到这里|在这里|在下方|在下面|告诉我|过来",
    re.ASCII,
)
PRONOUN: Final = re.compile(
    r"\b(?P<verb>send|give|tell|type|enter|paste|write|put|share|post|show|submit|provide|e-?mail|text|drop|forward|read|dictate|message|upload|reply with|respond with|what (?:is|are|was|were)|need|attach|let me (?:see|have)|fill)(?: (?:me|us))?(?: \w+){0,4}? (?:it|them|those|these|all of (?:it|them)|(?:the|your|those|these|all|each|every)(?: \w+)? words?|everything)\b(?! down| up| away| back)(?P<place>[^.!?;,]{0,40})"
    r"|(?:^|[,，:：、]|请您?|直接|再|然后|就|可以|麻烦您?|它们?|这些词?|那些词?|这几个词|内容|全部|逐个|依次|一个个|完整地?|的话|放心|尽管|只管|您|你)\s*(?:发(?:给我们?|给客服|到这里|到这儿|过来|来|我|在这里|在下面)|填(?:到|在|进)(?:下面|下方|这里|表单|页面|框)|输入?(?:到|在)(?:下面|下方|这里|表单|页面|网页|框)|写(?:给我|在这里|在下面|下面)|报给我|念给我|念一?遍|贴(?:到|在)(?:这里|下面)|交给我们?)(?!.{0,8}(?:型号|版本|交易|哈希|地址|编号|截图|错误|日志|序列号|订单|时间|金额|设备|系统|报错|看看屏幕|就行了?的是))"
    r"|(?:它们?|这些词?|那些词?|内容|全部|逐个|一个个)(?:都|也)?告诉我们?"
    r"|请(?:提供|出示|提交|发送|补充|填写|录入)(?:一?下)?(?=[。！!\s]|$)|依次写|(?:再|重新|完整)(?:打|输|写|念|发)一遍|贴(?:到|在).{0,6}(?:下面|下方|这里|后面|消息)"
    r"|\bwhat (?:does it|do they) say\b|\bwhat is (?:written|printed|engraved) (?:on it|there|on them)\b|\b(?:begin|start|go) with (?:the )?(?:number one|first|1)\b|从第一个开始|\bsend (?:me |us )?a (?:picture|photo|scan|copy)\b",
    re.ASCII,
)
GIVING: Final = re.compile(
    r"send|give|type|enter|paste|submit|provide|text|drop|forward|dictate|fill|upload|reply|respond|what|e-?mail"
)
# The writer himself comes in, and nothing is kept, found, changed or protected.
APPEAL: Final = re.compile(
    r"\b(?:please|kindly|could you|can you|would you|will you|may i|let me|trust|i|we|us|me|my|our|must|just|here|have to|has to|needed|state|quote|hand)\b"
    r"|我|咱|给|方便|麻烦|上报|报|念|打出|交(?!易)|需要您|需您|登记|官方人员|够了|开始",
    re.ASCII,
)
NEUTRAL: Final = re.compile(
    r"\b(?:keep|store|writ\w+|delete|remove|protect|change|reset|choose|set|restore|move|advise|lost|lose|find|look for|check|forg[eo]t\w*|make (?:a|sure)|at hand|removed|own|sorry|looks? like|shown?|yours|whom)\b"
    r"|保存|收好|保管|删|写下|抄(?!给|送|进)|找|新建|重置|修改|忘|像是|丢|区分|保护|存|离线|工单|转接|拍过|让您|输过|同事|手边|给您|给对方",
    re.ASCII,
)
HAN: Final = "㐀-䶿一-鿿"
# What splits a word to hide it: "s-e-e-d", "助 记 词", "p*h*r*a*s*e".
SPELLED: Final = re.compile(r"(?<![a-z0-9])[a-z](?:[ .*_|~/\\+-]{1,2}[a-z0-9]){2,}(?![a-z0-9])")
HAN_GAPS: Final = re.compile(rf"(?<=[{HAN}])[ .*_|~/\\+·•\-]+(?=[{HAN}])")
SPLIT_WORD: Final = re.compile(r"(?<=[a-z])[*_|~.](?=[a-z])|(?<=[a-z])-(?=[a-z]{1,3}\b)")
LEET: Final = str.maketrans("013457@$", "oieastas")
LEET_WORD: Final = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9@$]*[a-z])(?=[a-z0-9@$]*[0-9@$])[a-z0-9@$]{3,12}(?![a-z0-9])"
)
SQUEEZED: Final = re.compile(
    r"seedphrase|recoveryphrase|secretphrase|backupphrase|recoverywords|seedwords|mnemonic|privatekey|password|anydesk|teamviewer"
)
BLANK: Final = r"\s*(?:\([^)\n]{0,40}\)\s*)?[:：=]\s*(?:_{2,}|\[\s*\]|\.{3,}|…|-{3,}|□|<)"
FORM_LINE: Final = re.compile(r"[^\n:：]{2,40}[:：]\s*(?:\n|$)")
VALUE_ZH: Final = re.compile(
    r"^ ?(?:分别|都)?(?:是|为|有|设成)?(?:的?(?:什么|多少|啥|哪些|哪几个)|几)(?!意思|用|东西|时候|叫|作用|样|情况|位|个|做|呢?(?:恢复|备份)|次)"
)
VALUE_FAR_ZH: Final = re.compile(
    r"^(?!.{0,12}(?:后|(?<!当)时|次|错|提示|长度|位置))[^。！？!?]{0,14}?(?:具体)?(?:是|显示)(?:多少|什么(?!意思|样|情况)|哪些|哪几个)"
)
YOURS: Final = re.compile(r"(?:您|你|那|请问|第|\b(?:your|ur)\b).{0,6}$")
HOLDER: Final = re.compile(
    r"\b(?:we|i|our \w+|support|the (?:\w+ )?(?:team|system|agent|technician)|this)\b[^.!?]{0,24}?\b(?:cannot|can'?t|can not|unable|not able|impossible|won'?t be able|will not be able)\b[^.!?]{0,50}?\b(?:without|unless|until)\b[^.!?]{0,30}$"
)
NO_SERVICE_ZH: Final = re.compile(
    r"^.{0,12}?(?:无法|不能|没法|不可以)(?:为您|帮您|给您|继续|正常)?(?:处理|办理|验证|核实|解|帮|继续|通过|提现|受理|审核|操作)"
)
ALONE_BEFORE: Final = re.compile(
    r"^(?:\W|and|now|ok|okay|next|also|so|your|the|ur|full|complete|old|new|current|then|那|您的?|你的?|还有|另外|以及|麻烦|请)*$"
)
ALONE_AFTER: Final = re.compile(
    r"^(?:\W|please|pls|plz|now|again|is|and|old|new|pass ?word|pin|phrase|呢|多少|请|一下|谢谢)*$"
)
ENTRY: Final = re.compile(
    r"enter|type|input|key in|put|insert|confirm|re-?enter|import|(?:could|can|would|will) you (?:\w+ )?(?:confirm|verify)|please (?:confirm|verify)|输入|键入|录入|填入|导入|敲|核对|确认|校验|verify|verifies"
)
PASSIVE: Final = re.compile(
    r"\b(?:is|are|be|must|has to|have to|needs? to|should|required|needed|necessary|mandatory)\b"
)
LIST_GAP: Final = re.compile(r"[,，、\n]")
POSTPOSED: Final = re.compile(
    r"\W*(?:please|pls|kindly|now)\W*(?:send|give|share|provide|enter|type|paste)\b"
)
VERB_DONE_ZH: Final = re.compile("(?:了(?!解)|过(?![来去程户一])|的)")
THEN_ZH: Final = re.compile("才能|才可|就可以?|就能|即可|必须|以后|之后|后")
PASSIVE_EN: Final = re.compile(
    r"^[^.!?]{0,30}?\b(?:must|has to|have to|needs? to|should|will need to|is to|can|may) be (?:\w+ )?(?:sent|given|provided|entered|shared|submitted|typed|confirmed|verified|validated|uploaded|disclosed|told)"
    r"|^[^.!?]{0,12}?\b(?:is|are) (?:required|needed|necessary|mandatory|missing|requested)\b(?=[^.!?]*\b(?:verif|valid|unlock|process|complete|proceed|confirm|ticket|request|case|identity|synchron|refund|release|support|us\b|our\b|continue|account|help))"
)
