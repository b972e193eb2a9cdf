"""Rules as formulas of linear integer arithmetic, which a solver can prove things about."""
