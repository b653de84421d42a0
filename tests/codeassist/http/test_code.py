"""Files, names, the map, runs, prompts and repositories over HTTP."""

from __future__ import annotations

from tests.conftest import git, write


def test_a_name_with_its_users_calls_and_tests(server):
    found = server.get("/v1/symbols", params={"name": "checkout"}).json()
    assert found["definitions"][0]["path"] == "shop/payments.py"
    assert any(u["path"] == "tests/test_payments.py" for u in found["callers"]["uses"])
    assert {"authenticate", "charge"} <= {c["name"] for c in found["callees"]}
    assert found["tests"]["tests"][0]["name"] == "test_checkout_charges_the_basket"
    assert server.get("/v1/symbols", params={"name": "qqzz"}).json()["definitions"] == []
    assert server.get("/v1/symbols").status_code == 422


def test_only_indexed_files_are_read(server, indexed):
    found = server.get("/v1/file", params={"path": "shop/payments.py"}).json()
    assert found["lines"][0] == '"""Money matters."""'
    assert found["language"] == "python"
    assert "Gateway.charge" in [o["name"] for o in found["outline"]]
    write(indexed, {"outside.bin": b"\0\1"})
    for path in ("../../etc/passwd", "/etc/passwd", ".codeassist/index.db", "shop", "outside.bin", "shop/../shop/payments.py"):
        assert server.get("/v1/file", params={"path": path}).status_code == 404


def test_the_definition_at_a_line(server):
    assert server.get("/v1/places", params={"path": "shop/payments.py", "line": 11}).json()["definition"]["name"] == "charge"
    assert server.get("/v1/places", params={"path": "nothing.py", "line": 11}).json()["definition"] is None
    assert server.get("/v1/places", params={"path": "shop/payments.py", "line": 10**30}).status_code == 400


def test_the_map_has_entry_points_and_files(server, indexed):
    write(indexed, {"shop/__main__.py": "from shop.payments import checkout\n\nprint(checkout)\n"})
    assert server.post("/v1/index", {}).status_code == 202
    for _ in range(600):
        if all(j["state"] == "done" for j in server.get("/v1/jobs").json()["jobs"]):
            break
    found = server.get("/v1/map").json()
    assert found["entry_points"] == [{"path": "shop/__main__.py", "reason": "main file"}]
    assert "stock/inventory.go" in found["all_files"]
    assert found["files"][0]["definitions"]


def test_runs_are_listed_and_rated(server):
    number = server.post("/v1/ask", {"question": "where is a payment charged"}).json()["run"]
    assert server.get(f"/v1/runs/{number}").json()["question"] == "where is a payment charged"
    rated = server.post(f"/v1/runs/{number}/rating", {"rating": "up", "note": "good"}).json()
    assert (rated["rating"], rated["note"]) == (1, "good")
    assert [r["id"] for r in server.get("/v1/runs", params={"rated": True}).json()["runs"]] == [number]
    assert server.get("/v1/runs/99999").status_code == 404
    assert server.post("/v1/runs/99999/rating", {"rating": "up"}).status_code == 404
    assert server.post(f"/v1/runs/{number}/rating", {"rating": "great"}).status_code == 422


def test_prompts_with_their_versions(server):
    listed = server.get("/v1/prompts").json()["prompts"]
    assert "ask" in [p["name"] for p in listed]
    assert all("path" not in p for p in listed)
    shown = server.get("/v1/prompts/ask").json()
    assert shown["text"].startswith("---")
    assert shown["versions"]
    assert server.get("/v1/prompts/nothing").status_code == 404


def test_a_review_comes_with_its_change(indexed, run):
    from tests.codeassist.http.running import serving

    git(indexed, "init", "-q")
    git(indexed, "add", ".")
    git(indexed, "commit", "-qm", "Begin")
    write(
        indexed,
        {
            "shop/auth.py": (indexed / "shop/auth.py")
            .read_text()
            .replace("import hashlib\n", "import hashlib\n\nbreakpoint()\n")
        },
    )
    with serving(indexed) as server:
        found = server.post("/v1/review", {}).json()
        assert [f["rule"] for f in found["findings"]] == ["debug-leftover"]
        file = found["change"]["files"][0]
        assert (file["path"], file["kind"]) == ("shop/auth.py", "modified")
        assert "+breakpoint()" in file["hunks"][0]["text"]
        assert server.get("/v1/change").json()["files"][0]["path"] == "shop/auth.py"
        assert server.post("/v1/review", {"staged": True}).json()["findings"] == []
        wrong = server.post("/v1/review", {"base": "nothing"})
        assert wrong.status_code == 400
        assert server.post("/v1/review", {"staged": True, "base": "HEAD"}).status_code == 400


def test_without_git_a_review_says_so(server):
    assert server.post("/v1/review", {}).status_code == 400


def test_health_metrics_and_repositories(server):
    assert server.get("/health").json()["status"] == "ok"
    server.post("/v1/search", {"query": "x"})
    text = server.get("/metrics").text
    assert 'codeassist_requests_total{method="POST",route="/v1/search",status="200"} 1.0' in text
    assert 'codeassist_index_generation{repository="shop"}' in text
    assert server.get("/v1/repositories").json()["repositories"] == [{"name": "shop", "model": "none"}]
    assert server.client.get("/v1/search?repo=none").status_code == 405
    assert server.client.get("/v1/index?repo=elsewhere").status_code == 404
    assert server.get("/v1/index").json()["repository"] == "shop"
