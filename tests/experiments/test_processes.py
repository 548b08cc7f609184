import subprocess
import sys

from stages.experiments.processes import wait_for_others
from tests.experiments import toy


def test_another_dvc_of_this_folder_is_waited_for_and_one_elsewhere_is_not(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "dvc"
    script.write_text("import time\ntime.sleep(1.5)\n")
    here = subprocess.Popen([sys.executable, str(script), "repro"])
    there = subprocess.Popen([sys.executable, str(script), "repro"], cwd="/")
    reading = subprocess.Popen(["tail", "-f", "dvc"], stdout=subprocess.DEVNULL)
    wait_for_others()
    assert here.poll() is not None
    assert f"(process {here.pid}: dvc repro)" in capsys.readouterr().out
    reading.kill()
    for each in (there, reading):
        each.wait()


def test_an_older_command_of_its_kind_is_waited_for_and_make_is_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages/__main__.py").write_text("import time\ntime.sleep(2)\n")
    (tmp_path / "make").write_text("import time\ntime.sleep(60)\n")
    make = subprocess.Popen([sys.executable, "make", "repro"])
    older = subprocess.Popen([sys.executable, "-m", "stages", "repro"])
    code = "from stages.experiments.processes import wait_for_others; wait_for_others('repro')"
    waiting = toy.run(tmp_path, [sys.executable, "-P", "-c", code])
    assert waiting.returncode == 0
    assert older.poll() is not None
    assert make.poll() is None
    make.kill()
    make.wait()
