"""The wordings of the letters about a request. `{{name}}` is filled in from facts; `｛…｝` is for the officer to write.

What goes to somebody who has not shown who they are says nothing of what is held (T-C8-2).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Text(NamedTuple):
    subject: str
    body: str


_HEAD = """{{name_line}}

"""
_NUMBER = """受付番号：{{number}}
ご請求の種類：{{kind}}
届いた日：{{arrived}}
"""
_FOOT = """
――――――――――――――――――――
{{operator.name}} {{operator.desk}}
{{#operator.postal_code}}
〒{{operator.postal_code}}
{{/operator.postal_code}}
{{operator.address}}
{{#operator.phone}}
電話 {{operator.phone}}
{{/operator.phone}}
お問い合わせ：{{privacy_url}}
――――――――――――――――――――
"""
_WHY = """
応じられない理由
{{ground}}（{{article}}）
{{reason}}
"""
_OBJECT = """
この決定についてのご意見やご不明な点は、下記の窓口で承ります。
"""

ACKNOWLEDGEMENT = Text(
    "【{{operator.name}}】個人情報についてのご請求を受け付けました（{{number}}）",
    _HEAD
    + """個人情報についてのご請求を受け付けました。

"""
    + _NUMBER
    + """{{#line}}
法律が定める二週間の目安：{{line}}
{{/line}}
お返事の目標日：{{due}}

{{#unproven}}
はじめに、次のページを開き、このメールがご本人に届いたことをお知らせください。進み具合の確認と、ご請求の取下げも、同じページでできます。
{{/unproven}}
{{#proven}}
進み具合の確認と、ご請求の取下げは、次のページでできます。
{{/proven}}
{{status_url}}
{{#fee}}

手数料は{{fee}}円です。ご本人の確認が済んでから、お支払いのご案内をお送りします。お支払いの確認のあとに、調査を始めます。
{{/fee}}

お心当たりがないときは、何もなさらないでください。このままでは、何もお見せせず、何も変えません。
"""
    + _FOOT,
)
IDENTITY = Text(
    "【{{operator.name}}】ご本人の確認のお願い（{{number}}）",
    _HEAD
    + """ご請求を受け付けております。お手続きを進める前に、ご本人であることを確かめさせてください。

"""
    + _NUMBER
    + """
確かめる方法
｛お願いする確認の方法｝

お預かりした書類の写しは、確認のあとすぐに処分し、確かめたことだけを記録します。
進み具合は、次のページでご覧いただけます。
{{status_url}}
"""
    + _FOOT,
)
FEE = Text(
    "【{{operator.name}}】手数料のお知らせ（{{number}}）",
    _HEAD
    + """ご請求の手数料についてお知らせします。

"""
    + _NUMBER
    + """手数料：{{fee}}円

お支払い先
{{pay_to}}

お振り込みのときは、お名前の前に受付番号をお書き添えください。お支払いを確かめてから、調査を始めます。
{{refund}}
"""
    + _FOOT,
)
WITHDRAWN = Text(
    "【{{operator.name}}】ご請求の取下げを承りました（{{number}}）",
    _HEAD
    + """次のご請求の取下げを承りました。これ以上のお手続きは行いません。

"""
    + _NUMBER
    + _FOOT,
)
NOT_FOUND = Text(
    "【{{operator.name}}】該当する情報についてのお知らせ（{{number}}）",
    _HEAD
    + """ご請求についてお調べしましたが、該当する情報はお預かりしていませんでした。

"""
    + _NUMBER
    + """{{#refund}}

{{refund}}
{{/refund}}
別のメールアドレスやお名前でお問い合わせをくださったことがあれば、お知らせください。あらためてお調べします。
"""
    + _OBJECT
    + _FOOT,
)
REFUSED = Text(
    "【{{operator.name}}】ご請求についてのお知らせ（{{number}}）",
    _HEAD
    + """ご請求について検討いたしましたが、応じることができません。

"""
    + _NUMBER
    + _WHY
    + _OBJECT
    + _FOOT,
)
ALTERNATIVE = Text(
    "【{{operator.name}}】ご請求についてのお知らせ（{{number}}）",
    _HEAD
    + """ご請求のとおりに行うことが難しいため、代わりの措置をとりました。

"""
    + _NUMBER
    + """
代わりにとった措置
{{instead}}
"""
    + _WHY
    + _OBJECT
    + _FOOT,
)
_GRANTED = (
    _HEAD
    + """ご請求に応じ、次のとおり行いましたので、お知らせします。

"""
    + _NUMBER
    + """
{{done}}
"""
    + _FOOT
)
_PARTIAL = (
    _HEAD
    + """ご請求の一部に応じ、次のとおり行いましたので、お知らせします。

"""
    + _NUMBER
    + """
{{done}}
"""
    + _WHY
    + _OBJECT
    + _FOOT
)
GRANTED = Text("【{{operator.name}}】ご請求の結果のお知らせ（{{number}}）", _GRANTED)
PARTIAL = Text("【{{operator.name}}】ご請求の結果のお知らせ（{{number}}）", _PARTIAL)

TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        "acknowledgement": ACKNOWLEDGEMENT,
        "identity": IDENTITY,
        "fee": FEE,
        "granted": GRANTED,
        "partial": PARTIAL,
        "refused": REFUSED,
        "not_found": NOT_FOUND,
        "alternative": ALTERNATIVE,
        "withdrawn": WITHDRAWN,
    }
)

# What was done, by the kind of request: the content of the letter (T-C9-1).
DONE: Mapping[str, str] = MappingProxyType(
    {
        "disclosure": """お預かりしている情報をまとめました。
{{#package_url}}
次のページから、{{package_until}}までに一度だけ受け取れます。ファイルは暗号化しており、開くための合言葉は、受け取りのページに表示します。
{{package_url}}
{{/package_url}}
{{#paper}}
書面を同封します。
{{/paper}}
{{#redacted}}
ほかの方の情報にあたるところ（{{redacted}}か所）は、伏せています。伏せたところには、根拠を示しています。
{{/redacted}}
ファイルの照合番号（SHA-256）：{{digest}}""",
        "purpose_notice": """お預かりしている情報は、次の目的で利用しています。
{{uses}}

公表している方針：{{policy_url}}""",
        "provision_record_disclosure": """第三者への提供についての記録をお調べしました。
｛提供した日、提供先、提供した項目｝""",
        "correction": """次のとおり訂正しました。お預かりしているすべての記録に反映しています。
{{item}}：{{value}}""",
        "use_cessation": """次のお問い合わせの情報について、すべての利用を止めました。お返事、ご案内、書き出しには使いません。
{{numbers}}
お問い合わせを新しくいただいたときは、そのお返事に限って利用します。""",
        "erasure": """お預かりしていた情報を消去しました。
消去した日：{{erased_on}}
消去した記録：{{erased}}件
{{#remainder}}

法令などのために残るもの
{{remainder}}
{{/remainder}}

{{copies}}""",
        "provision_cessation": "ほかの会社への提供を止めました。これから提供することはありません。",
        "joint_use_exclusion": "グループ会社との共同利用から外しました。ほかの会社からは見えません。",
        "collection_stop": "次のとおり、取得と利用を止めました。\n{{item}}",
        "mail_opt_out": "ご案内のメールを止めました。お問い合わせへのお返事など、必要なご連絡はこれまでどおりお送りします。",
        "consent_withdrawal": "これまでにいただいた同意の取消しを承りました。これから、その同意にもとづく利用は行いません。",
    }
)

# The purposes of clause 3, by the codes of gate.rules.Purpose.
USES: Mapping[str, str] = MappingProxyType(
    {
        "answer": "お問い合わせへのお返事",
        "service": "サービスの提供、維持、保護、改善",
        "measure": "広告の効果の測定",
        "advertise": "広告の配信と表示",
        "breach-of-terms": "規約に反する行為への対応",
        "changes": "規約や方針の変更のお知らせ",
        "event-mail": "イベントなどのご案内のメール",
    }
)
