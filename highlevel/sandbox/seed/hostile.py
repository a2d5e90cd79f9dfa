"""Texts that try to be something else: markup, scripts, formulas, unbreakable words, characters that turn or hide.

They belong into the example agency so that whoever shows a caption or a name meets them from the first day on. Every
one of them must show as the text that it is.
"""

CAPTIONS: tuple[str, ...] = (
    "<script>document.title = 'taken'</script> Open all weekend, <b>really</b>.",
    "<img src=x onerror=\"alert('boo')\"> New photos tomorrow.",
    '=HYPERLINK("https://prices.example/all","Price list") for autumn',
    "+44 117 496 0141 is our new number, and -10% on the first call. @home? Ask us.",
    "{{ discount }} {% if member %}for members{% endif %} ${price} %s {0} \\u003c",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 4,
    "'; DROP TABLE posts; -- Bobby is in the shop again",
    "Zero\u200bwidth\u200bspaces\u200ceverywhere\u2060and\ufeffone mark at the start of nothing",
    "\u202eThis line was turned round\u202c and this one was not. شكرا جزيلا لكم، see you ב־9 בבוקר.",
    "Z̷̧̛͓a̶͍͑l̵̰̈́g̴̗͝o̸̯͋ Tuesday: combining marks ͟a͟l͟l͟ the way, e\u0301 is é and 👩🏽‍🍳👨‍👩‍👧‍👦🏳️‍🌈 are one each.",
    '</textarea></td></div><!-- <a href="javascript:alert(1)">click here</a> &lt;i&gt; &amp;amp; "quoted" \'quoted\'',
    "tab\there, a line\nbreak, a carriage\r\nreturn,   three spaces and a trailing one ",
    "https://long.example/" + "very-long-path-without-a-break/" * 12 + "?utm_source=a&amp=b#<end>",
    "مرحبا بالجميع 🌙 نراكم يوم الجمعة الساعة ٦ مساءً — doors 18:00 (6 pm) — אין כניסה אחרי 19:00",
)

NAMES: tuple[str, ...] = (
    '<b>Rush</b> & "friends"',
    "=SUM(A1:A9)",
    "Robert'); DROP TABLE tags;--",
    "\u202eesrever\u202c",
    "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "<img src=x onerror=alert(1)>",
    "no\u200bbreak\u200bhere",
)
