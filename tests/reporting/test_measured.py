from stages.reporting.measured import read_table


def test_names_stay_text_and_nothing_stays_nothing(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("class,label,predicted,count,auc\n1,NA,007,3,\nnull,2,3,4,0.5\n")
    table = read_table(file)
    assert table["class"].tolist() == ["1", "null"]
    assert table["label"].tolist() == ["NA", "2"]
    assert table["predicted"].tolist() == ["007", "3"]
    assert table["count"].tolist() == [3, 4]
    assert table["auc"].isna().tolist() == [True, False]
