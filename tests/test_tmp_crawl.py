from tests import test_pages
from collections import Counter
import re, time
from django.test import Client
seen=Counter(); spent=Counter()
real=Client.get
def get(self,*a,**k):
    t=time.perf_counter(); r=real(self,*a,**k); key=re.sub(r"\d+","N",a[0].split("?")[0])
    seen[key]+=1; spent[key]+=time.perf_counter()-t; return r
import pytest
@pytest.mark.django_db
@pytest.mark.timeout(900)
def test_c(monkeypatch):
    monkeypatch.setattr(Client,"get",get)
    t=time.perf_counter()
    try: test_pages.test_every_page_is_reached_from_today.__wrapped__() if hasattr(test_pages.test_every_page_is_reached_from_today,"__wrapped__") else test_pages.test_every_page_is_reached_from_today()
    finally:
        from pathlib import Path
        Path("/tmp/crawl.txt").write_text(f"{time.perf_counter()-t}\n"+"\n".join(f"{spent[k]:.1f} {seen[k]} {k}" for k,_ in spent.most_common(25)))
