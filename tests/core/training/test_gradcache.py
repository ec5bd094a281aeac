"""GradCache gives the gradient of one pass over the whole batch, dropout included, and leaves no trace of itself."""

from __future__ import annotations

import pytest
import torch
from small_batches import adapted, batch_loss, encoder, furthest, gradients, ragged_rows

from core.models.backbone import load_backbone
from core.models.device import Compute
from core.models.tokens import batches_by_length
from core.training.gradcache import cached_backward, plain_backward
from core.training.recompute import enable_gradient_checkpointing

FAMILIES = ("bert", "llama")


@pytest.fixture(params=FAMILIES)
def backbone(request, tiny_folder, workspace):
    return load_backbone(str(tiny_folder(request.param)), workspace)


@pytest.fixture
def rows(backbone):
    return ragged_rows(len(backbone.tokenizer))


def chunks_of(rows, budget):
    return batches_by_length([len(row) for row in rows], budget)


def one_pass(encode, chunks, rows, loss_of=batch_loss):
    """The gradient by definition: every vector in one graph, put back in order by hand."""
    found = {}
    for chunk in chunks:
        found.update(zip(chunk, encode([rows[position] for position in chunk]), strict=True))
    loss = loss_of(torch.stack([found[position] for position in range(len(rows))]))
    loss.backward()
    return float(loss.detach())


@pytest.mark.parametrize("checkpointed", [False, True])
@pytest.mark.parametrize("budget", [1, 40, 70, 10_000])
def test_gradients_and_loss_equal_those_of_one_pass_with_the_same_dropout(backbone, rows, budget, checkpointed):
    model = adapted(backbone, dropout=0.3)
    encode, chunks = encoder(model, backbone), chunks_of(rows, budget)
    torch.manual_seed(11)
    expected_loss = one_pass(encode, chunks, rows)
    expected = gradients(model)
    if checkpointed:
        enable_gradient_checkpointing(model)
    for backward in (plain_backward, cached_backward):
        torch.manual_seed(11)
        loss = backward(encode, chunks, rows, batch_loss)
        assert float(loss) == pytest.approx(expected_loss, rel=1e-6)
        assert not loss.requires_grad
        assert furthest(gradients(model), expected) < 1e-5


def test_gradients_are_the_same_in_bfloat16(backbone, rows):
    """Within an autocast, weights are cast once and kept; a cast made without gradients must not serve with them."""
    model = adapted(backbone, dropout=0.3)
    encode, chunks = encoder(model, backbone, Compute("cpu", True, "test")), chunks_of(rows, 40)
    torch.manual_seed(11)
    one_pass(encode, chunks, rows)
    expected = gradients(model)
    torch.manual_seed(11)
    cached_backward(encode, chunks, rows, batch_loss)
    assert furthest(gradients(model), expected) < 1e-5


def test_without_dropout_the_chunks_make_no_difference(backbone, rows):
    model = adapted(backbone, dropout=0.0)
    encode = encoder(model, backbone)
    one_pass(encode, chunks_of(rows, 10_000), rows)
    expected = gradients(model)
    for budget in (1, 30, 100):
        cached_backward(encode, chunks_of(rows, budget), rows, batch_loss)
        assert furthest(gradients(model), expected) < 1e-5


def test_dropout_is_at_work_in_these_tests(backbone, rows):
    model = adapted(backbone, dropout=0.3)
    found = []
    for seed in (11, 12):
        torch.manual_seed(seed)
        cached_backward(encoder(model, backbone), chunks_of(rows, 40), rows, batch_loss)
        found.append(gradients(model))
    assert furthest(found[0], found[1]) > 0.01


@pytest.mark.parametrize("checkpointed", [False, True])
def test_the_random_state_afterwards_is_that_of_one_pass_though_the_loss_draws_too(backbone, rows, checkpointed):
    model = adapted(backbone, dropout=0.3)
    encode, chunks = encoder(model, backbone), chunks_of(rows, 40)

    def loss_of(vectors):
        return batch_loss(vectors + 0.01 * torch.randn_like(vectors))

    torch.manual_seed(11)
    start = torch.get_rng_state()
    one_pass(encode, chunks, rows, loss_of)
    expected, random_state = gradients(model), torch.get_rng_state()
    assert not torch.equal(start, random_state)
    if checkpointed:
        enable_gradient_checkpointing(model)
    torch.manual_seed(11)
    cached_backward(encode, chunks, rows, loss_of)
    assert furthest(gradients(model), expected) < 1e-5
    assert torch.equal(torch.get_rng_state(), random_state)


def test_gradients_are_added_to_what_is_there(backbone, rows):
    model = adapted(backbone, dropout=0.0)
    encode, chunks = encoder(model, backbone), chunks_of(rows, 40)
    cached_backward(encode, chunks, rows, batch_loss)
    once = {name: 2 * gradient for name, gradient in gradients(model).items()}
    cached_backward(encode, chunks, rows, batch_loss)
    cached_backward(encode, chunks, rows, batch_loss)
    assert furthest(gradients(model), once) < 1e-6


def test_only_one_chunk_has_its_activations_in_memory_at_a_time():
    """Saved tensors are counted as autograd takes them and lets them go."""
    weight = torch.nn.Parameter(torch.ones(4, 4))
    alive, most = set(), 0

    class Saved:
        def __init__(self, tensor):
            self.tensor = tensor.detach()
            alive.add(id(self))

        def __del__(self):
            alive.discard(id(self))

    def pack(tensor):
        nonlocal most
        saved = Saved(tensor)
        most = max(most, len(alive))
        return saved

    def encode(rows):
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda saved: saved.tensor):
            return torch.tanh(torch.tensor(rows, dtype=torch.float32) @ weight)

    rows = [[float(number)] * 4 for number in range(12)]
    chunks = chunks_of(rows, 12)
    assert len(chunks) == 4
    plain_backward(encode, chunks, rows, lambda vectors: vectors.square().sum())
    whole, most = most, 0
    assert not alive
    cached_backward(encode, chunks, rows, lambda vectors: vectors.square().sum())
    assert 0 < most * len(chunks) == whole
