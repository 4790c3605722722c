"""Reads files that were exported with the programs they are for: real-readers.py KIND PATH. Prints what it read as JSON."""

import json
import sys
import tempfile


def plain(value):
    """NaN, which pandas has where there is nothing, as None."""
    return None if value is None or value != value else value


def pandas_csv(path, separator, decimal):
    import pandas

    # Without the option 'null' and 'NA' as texts would be nothing.
    frame = pandas.read_csv(
        path, sep=separator, decimal=decimal, encoding="utf-8-sig", keep_default_na=False, na_values={"votes": [""], "score": [""]}
    )
    return [[plain(row.comment), plain(row.score), plain(row.votes)] for row in frame.itertuples()]


def pandas_parquet(path):
    import pandas

    frame = pandas.read_parquet(path)
    return [[plain(row.comment), plain(row.score), plain(row.votes)] for row in frame.itertuples()]


def pyarrow_parquet(path):
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    return {"types": {field.name: str(field.type) for field in table.schema}, "comments": table["comment"].to_pylist()}


def openpyxl_sheet(path):
    import openpyxl

    sheet = openpyxl.load_workbook(path).active
    rows = [[cell for cell in row] for row in sheet.iter_rows()]
    assert not any(cell.data_type == "f" for row in rows for cell in row), "a text became a formula"
    names = [cell.value for cell in rows[0]]
    return [[row[names.index(name)].value for name in ("comment", "score", "votes")] for row in rows[1:]]


def datasets_rows(kind, path):
    import datasets

    folder = tempfile.mkdtemp()
    return datasets.load_dataset(kind, data_files=path, split="train", cache_dir=folder).to_list()


def trl_step(path):
    """Trains a tiny model of random weights for one step on the file as it is, and says that it learnt from it."""
    import datasets
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2ForSequenceClassification, PreTrainedTokenizerFast
    from trl import RewardConfig, RewardTrainer

    torch.manual_seed(0)
    tokens = {token: number for number, token in enumerate(["<end>", "<unknown>"] + sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.WordLevel(tokens, unk_token="<unknown>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False), pre_tokenizers.Split("", "isolated")]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<end>", pad_token="<end>", unk_token="<unknown>"
    )
    tokenizer.chat_template = "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + eos_token }}{% endfor %}"
    config = GPT2Config(
        vocab_size=len(tokenizer), n_positions=2048, n_embd=16, n_layer=1, n_head=2, num_labels=1, pad_token_id=tokenizer.pad_token_id
    )
    model = GPT2ForSequenceClassification(config)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    folder = tempfile.mkdtemp()
    rows = datasets.load_dataset("json", data_files=path, split="train", cache_dir=folder)
    settings = RewardConfig(
        output_dir=folder, max_steps=1, per_device_train_batch_size=2, max_length=2048, use_cpu=True, report_to=[], logging_steps=1,
        save_strategy="no", bf16=False, gradient_checkpointing=False, disable_tqdm=True,
    )
    trainer = RewardTrainer(model=model, args=settings, train_dataset=rows, processing_class=tokenizer)
    trainer.train()
    changed = any(not torch.equal(old, new) for old, new in zip(before, model.parameters()))
    loss = next(entry["loss"] for entry in trainer.state.log_history if "loss" in entry)
    return {"rows": len(rows), "steps": trainer.state.global_step, "changed": changed, "loss": loss}


def label_studio(path):
    """Converts the tasks as Label Studio's own export does, by the configuration that docs/exports.md gives."""
    import os

    from label_studio_sdk.converter import Converter

    config = """
    <View>
      <Text name="prompt" value="$prompt"/>
      <Pairwise name="pw" toName="text1,text2"/>
      <Text name="text1" value="$text1"/>
      <Text name="text2" value="$text2"/>
      <Choices name="tie" toName="text1" choice="single"><Choice value="Tie"/><Choice value="Both bad"/></Choices>
    </View>"""
    folder = tempfile.mkdtemp()
    Converter(config, project_dir=None, download_resources=False).convert(path, folder, "JSON_MIN", is_dir=False)
    with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
        return json.load(file)


kinds = {
    "pandas-csv": pandas_csv,
    "pandas-parquet": pandas_parquet,
    "pyarrow": pyarrow_parquet,
    "openpyxl": openpyxl_sheet,
    "datasets": datasets_rows,
    "trl": trl_step,
    "label-studio": label_studio,
}
kind, *rest = sys.argv[1:]
print(json.dumps(kinds[kind](*rest)))
